namespace Hello;

/// <summary>The options of one instance: settable properties with documented defaults and ranges.</summary>
public sealed class HelloOptions
{
    /// <summary>What the disk says before the name: 1 to 40 printable ASCII characters. Default: <c>Hello</c>.</summary>
    public string Greeting { get; set; } = "Hello";

    /// <summary>The disk's size in bytes: a multiple of 512 from 64 KiB to 64 MiB. Default: 1 MiB.</summary>
    public int SizeBytes { get; set; } = 1024 * 1024;

    internal IEnumerable<string> Validate()
    {
        if (!HelloDisk.IsPrintable(Greeting, 40))
            yield return "Greeting must be 1 to 40 printable ASCII characters.";
        if (SizeBytes is < 64 * 1024 or > 64 * 1024 * 1024 || SizeBytes % HelloDisk.SectorSize != 0)
            yield return "SizeBytes must be a multiple of 512 from 64 KiB to 64 MiB.";
    }
}
