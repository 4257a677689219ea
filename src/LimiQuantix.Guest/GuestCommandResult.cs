using System.Text;

namespace LimiQuantix.Guest;

/// <summary>A program that ran to its end, and what it wrote.</summary>
public sealed record GuestCommandResult
{
    /// <summary>How it ended.</summary>
    public required GuestExit Exit { get; init; }

    /// <summary>Its output, up to the bound that was asked for.</summary>
    public required ReadOnlyMemory<byte> Output { get; init; }

    /// <summary>Its error output, up to the bound that was asked for.</summary>
    public required ReadOnlyMemory<byte> Error { get; init; }

    /// <summary>Whether more was written than was kept.</summary>
    public required bool IsTruncated { get; init; }

    /// <summary>Its exit code.</summary>
    public int ExitCode => Exit.ExitCode;

    /// <summary>Its output as UTF-8. It is the guest's text: escape it where it is shown.</summary>
    public string OutputText => Encoding.UTF8.GetString(Output.Span);

    /// <summary>Its error output as UTF-8. It is the guest's text: escape it where it is shown.</summary>
    public string ErrorText => Encoding.UTF8.GetString(Error.Span);
}
