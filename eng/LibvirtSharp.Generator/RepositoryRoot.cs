namespace LibvirtSharp.Generator;

/// <summary>Finds the repository from the running program's folder.</summary>
public static class RepositoryRoot
{
    public static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "LimiQuantix.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"No LimiQuantix.sln above {AppContext.BaseDirectory}.");
    }
}
