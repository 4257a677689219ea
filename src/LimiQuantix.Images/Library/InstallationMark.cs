namespace LimiQuantix.Images.Library;

/// <summary>The file that says whose a folder is: the sweep deletes what it does not know, so two installations must not share one.</summary>
internal static class InstallationMark
{
    private const string FileName = "installation";

    /// <summary>Marks a folder, or checks that it is marked with the same id.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>: it is another installation's.</exception>
    public static void Claim(string directory, Guid installationId)
    {
        var path = Path.Combine(directory, FileName);
        var id = installationId.ToString("D");
        if (!File.Exists(path)) Write(path, id);
        var owner = File.ReadAllText(path).Trim();
        if (owner == id)
        {
            DeleteDrafts(directory);
            return;
        }

        throw new LimiQuantixException(
            ErrorCodes.FailedPrecondition,
            $"The image library '{directory}' belongs to the installation {Names.Show(owner)}.",
            $"Choose another folder; or, if that installation is gone for good, delete '{path}'.",
            directory);
    }

    // Written beside and moved: a process that is killed in between leaves no empty mark.
    private static void Write(string path, string id)
    {
        var draft = $"{path}.{Guid.CreateVersion7():N}";
        try
        {
            File.WriteAllText(draft, id);
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first; the caller reads what it wrote.
        }
        finally
        {
            File.Delete(draft);
        }
    }

    // What a kill left. The mark is there, so a process that is just writing a draft does without it.
    private static void DeleteDrafts(string directory)
    {
        foreach (var path in Directory.EnumerateFiles(directory, FileName + ".*"))
        {
            if (Guid.TryParseExact(Path.GetExtension(path).TrimStart('.'), "N", out _)) File.Delete(path);
        }
    }
}
