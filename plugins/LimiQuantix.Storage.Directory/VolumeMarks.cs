using LimiQuantix.Disks;

namespace LimiQuantix.Storage.Directory;

/// <summary>
/// What each volume keeps of the calls that changed it, in a file beside it: <c>VOLUME.mark</c>. Together with the instance's own fence it keeps an
/// engine that was superseded from changing a volume, also where the folder is mounted by several nodes whose instances share no memory.
/// What remains is the moment between the last look and the change of the folder.
/// </summary>
internal sealed class VolumeMarks(PoolFolder folder, TemporaryArea area, ProviderFence fence)
{
    private const string Suffix = ".mark";

    /// <summary>What a volume keeps; <see langword="null"/> for a volume of an earlier version, and for none.</summary>
    public ProviderMark? Read(Guid volumeId)
    {
        try
        {
            return ProviderMark.TryParse(File.ReadAllText(PathOf(volumeId)).Trim(), out ProviderMark? mark) ? mark : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Refuses a call that was superseded.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Fenced"/>.</exception>
    public void Admit(ProviderCall call, Guid volumeId) => fence.Admit(call, Read(volumeId), volumeId.ToString());

    /// <summary>Looks again, right before a change, and writes the call's mark.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Fenced"/>.</exception>
    public ProviderMark Keep(ProviderCall call, Guid volumeId)
    {
        ProviderMark? kept = Read(volumeId);
        fence.Admit(call, kept, volumeId.ToString());
        ProviderMark mark = kept?.After(call) ?? ProviderMark.Of(call);
        if (mark == kept)
            return mark;
        string temporary = area.NewPath();
        File.WriteAllText(temporary, mark + "\n");
        DurableFile.Publish(temporary, PathOf(volumeId), overwrite: true);
        return mark;
    }

    /// <summary>Removes the mark of a volume that is no more.</summary>
    public void Forget(Guid volumeId) => File.Delete(PathOf(volumeId));

    private string PathOf(Guid volumeId) => folder.Combine(volumeId.ToString("D") + Suffix);
}
