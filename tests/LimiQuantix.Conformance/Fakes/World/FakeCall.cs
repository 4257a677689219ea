using System.Text;
using LimiQuantix.Conformance.Wire;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>How far a call came.</summary>
public enum FakeCallStage
{
    /// <summary>The provider was called.</summary>
    Begun = 0,

    /// <summary>It changed something.</summary>
    Effect = 1,

    /// <summary>It answered.</summary>
    Ended = 2,

    /// <summary>It threw.</summary>
    Failed = 3,
}

/// <summary>A line of the call log.</summary>
public sealed record FakeCall
{
    /// <summary>The same in every line of one call.</summary>
    public required Guid CallId { get; init; }

    /// <summary>The contract's name, such as <c>IHypervisor</c>.</summary>
    public required string Contract { get; init; }

    /// <summary>The instance that was called.</summary>
    public required string Instance { get; init; }

    /// <summary>The contract's member, such as <c>StartAsync</c>.</summary>
    public required string Member { get; init; }

    /// <summary>What the call was about: a machine's, volume's, port's or network's id, a base's digest, an image's location.</summary>
    public string? Thing { get; init; }

    /// <summary>How far it came.</summary>
    public FakeCallStage Stage { get; init; }

    /// <summary>What it threw: a contract's code, or an exception's type.</summary>
    public string? Error { get; init; }

    /// <summary>The process that called.</summary>
    public int ProcessId { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset Time { get; init; }

    internal static FakeCall Parse(string line) => ContractJson.FromBytes<FakeCall>(Encoding.UTF8.GetBytes(line));

    internal string ToLine() => Encoding.UTF8.GetString(ContractJson.ToBytes(this));
}
