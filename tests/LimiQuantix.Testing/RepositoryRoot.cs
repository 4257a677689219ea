namespace LimiQuantix.Testing;

/// <summary>The folder of the repository that the running test was built from.</summary>
public static class RepositoryRoot
{
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>The full path of the folder that holds <c>LimiQuantix.sln</c>.</summary>
    public static string Path => Found.Value;

    /// <summary>The full path of something in the repository, such as <c>eng/libvirtd.sh</c>.</summary>
    public static string Combine(string relativePath) => System.IO.Path.Combine(Path, relativePath);

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "LimiQuantix.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No LimiQuantix.sln above {AppContext.BaseDirectory}: tests run from their build output in the repository.");
    }
}
