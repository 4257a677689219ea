using System.Globalization;
using LimiQuantix.Plugins;

namespace LimiQuantix;

/// <summary>
/// Remembers, for one provider instance, the highest engine that it heard, and refuses lower ones: an engine that was frozen or cut off while another
/// took over. It lasts over restarts and is shared by every process that opens the instance with the same data folder. Ask it right before
/// each change, also when a call that was admitted has worked for a while; what then remains is the moment between the question and the change.
/// Thread-safe; holds no lock and keeps nothing open, so that a process that is frozen within it holds up nobody.
/// </summary>
/// <remarks>
/// The memory is a folder with one small file an engine, named after its era and token: files are only added, and lower ones removed, so that the
/// highest name is the answer whoever was interrupted where.
/// </remarks>
public sealed class ProviderFence
{
    private const string Separator = "-";
    private readonly string _folder;

    /// <summary>Creates it; touches nothing yet.</summary>
    /// <param name="context">What the instance was opened with: the memory is in its data folder.</param>
    public ProviderFence(ProviderContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _folder = Path.Combine(context.DataDirectory, "fence");
    }

    /// <summary>Hears a call: remembers its engine when that is the highest.</summary>
    /// <param name="call">On whose behalf something is to be changed.</param>
    /// <param name="kept">What the thing keeps; <see langword="null"/> when there is no thing yet, or it keeps nothing.</param>
    /// <param name="target">What the call is about, for the error.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.Fenced"/>: a higher engine was heard, or the thing was changed by a higher call; <see cref="ErrorCodes.Unavailable"/>: the
    /// memory cannot be read or written.
    /// </exception>
    public void Admit(ProviderCall call, ProviderMark? kept = null, string? target = null)
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            (long Era, long Token) asking = (call.Era, call.EngineToken);
            int order = Compare(call, asking, target);
            // The thing's own word before ours: who is refused there is not remembered here.
            kept?.Admit(call, target);
            if (order == 0) return;
            Remember(asking);
            // Of two that are heard at the same time the lower one sees the higher one's name.
            Compare(call, asking, target);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LimiQuantixException(
                ErrorCodes.Unavailable, $"It cannot be told which engine leads: {error.Message}", "Let this process read and write the instance's data folder.",
                _folder, innerException: error);
        }
    }

    internal static LimiQuantixException Fenced(string why, string? target) => new(
        ErrorCodes.Fenced,
        $"The caller was superseded: {why}.",
        "Nothing is to be done when another engine leads. When the state was restored from an older backup, begin a new era as its documentation says.",
        target);

    private int Compare(ProviderCall call, (long Era, long Token) asking, string? target)
    {
        (long Era, long Token) heard = Highest();
        return asking.CompareTo(heard) is var order and >= 0 ? order : throw Fenced(
            $"engine {heard.Token} of era {heard.Era} was heard, and this is engine {call.EngineToken} of era {call.Era}", target);
    }

    private (long Era, long Token) Highest()
    {
        (long Era, long Token) highest = default;
        if (!Directory.Exists(_folder)) return highest;
        foreach (string path in Directory.EnumerateFiles(_folder))
        {
            if (TryParse(path, out var engine) && engine.CompareTo(highest) > 0) highest = engine;
        }

        return highest;
    }

    private void Remember((long Era, long Token) engine)
    {
        Directory.CreateDirectory(_folder);
        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{engine.Era}{Separator}{engine.Token}"));
        // With a byte that is flushed, so that the file systems in use write the new name to the disk too.
        using (FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
        {
            file.WriteByte((byte)'\n');
            file.Flush(flushToDisk: true);
        }

        foreach (string other in Directory.EnumerateFiles(_folder))
        {
            if (TryParse(other, out var known) && known.CompareTo(engine) < 0) File.Delete(other);
        }
    }

    private static bool TryParse(string path, out (long Era, long Token) engine)
    {
        engine = default;
        string[] parts = Path.GetFileName(path).Split(Separator);
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long era)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long token)) return false;
        engine = (era, token);
        return true;
    }
}
