using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LimiQuantix;

/// <summary>
/// What a thing keeps of the highest call that changed it: libvirt in a domain's metadata, a pool in a file beside the volume, OVN in a row. A
/// provider compares a call with it right before it changes the thing, so that a superseded engine is refused also where nobody else
/// remembers: after the provider's own memory is lost, or where two processes do not share one.
/// </summary>
public sealed record ProviderMark
{
    /// <summary>The era of the highest call.</summary>
    public required long Era { get; init; }

    /// <summary>The highest engine token of that era.</summary>
    public required long EngineToken { get; init; }

    /// <summary>The highest owner epoch that was named; 0 when none was.</summary>
    public long OwnerEpoch { get; init; }

    /// <summary>The highest generation that was named; 0 when none was.</summary>
    public long Generation { get; init; }

    /// <summary>The mark of a thing that a call makes.</summary>
    public static ProviderMark Of(ProviderCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return new ProviderMark { Era = call.Era, EngineToken = call.EngineToken, OwnerEpoch = call.OwnerEpoch, Generation = call.Generation };
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ProviderMark? mark)
    {
        mark = null;
        if (text?.Split(' ') is not { Length: 4 } parts) return false;
        Span<long> numbers = stackalloc long[4];
        for (int i = 0; i < 4; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return false;
        }

        mark = new ProviderMark { Era = numbers[0], EngineToken = numbers[1], OwnerEpoch = numbers[2], Generation = numbers[3] };
        return true;
    }

    /// <summary>The mark after a call that it does not refuse: the higher of both, member by member; those of the call alone in a new era.</summary>
    public ProviderMark After(ProviderCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call.Era != Era ? Of(call) : new ProviderMark
        {
            Era = Era,
            EngineToken = Math.Max(EngineToken, call.EngineToken),
            OwnerEpoch = Math.Max(OwnerEpoch, call.OwnerEpoch),
            Generation = Math.Max(Generation, call.Generation),
        };
    }

    /// <summary>
    /// Refuses a call that is lower. A later era is never lower, whatever else it says: its state may be an older backup. Within an era an owner
    /// epoch or a generation of 0 says nothing and is not compared.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="target">What the call is about, for the error.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Fenced"/>.</exception>
    public void Admit(ProviderCall call, string? target = null)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.Era > Era) return;
        if (call.Era < Era || call.EngineToken < EngineToken)
            throw ProviderFence.Fenced($"engine {EngineToken} of era {Era} was heard, and this is engine {call.EngineToken} of era {call.Era}", target);
        if (call.OwnerEpoch > 0 && call.OwnerEpoch < OwnerEpoch)
            throw ProviderFence.Fenced($"it is in the hands of its owner number {OwnerEpoch}, and this is number {call.OwnerEpoch}", target);
        if (call.Generation > 0 && call.Generation < Generation)
            throw ProviderFence.Fenced($"it has generation {Generation}, and this is {call.Generation}", target);
    }

    /// <summary>Era, engine token, owner epoch and generation as decimal numbers with one space between them.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Era} {EngineToken} {OwnerEpoch} {Generation}");
}
