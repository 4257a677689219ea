using System.Globalization;

namespace LimiQuantix.Core.State;

/// <summary>Where a list goes on; opaque to everybody but the store.</summary>
/// <param name="Era">The era.</param>
/// <param name="Key">The last key that was given.</param>
internal readonly record struct Continuation(long Era, string Key)
{
    /// <summary>Reads what <see cref="ToString"/> gave.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static Continuation Parse(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var era))
        {
            var key = text[(dot + 1)..];
            StateKey.Validate(key);
            return new Continuation(era, key);
        }

        throw StateBounds.Invalid("That is no continuation of this store.", "Pass on what the last page of the same query gave.", "Continuation");
    }

    /// <summary>The key to go on after: empty at the beginning.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>: the continuation is of another era.</exception>
    public static string KeyAfter(string? continuation, long era)
    {
        if (continuation is null) return "";
        var parsed = Parse(continuation);
        return parsed.Era == era ? parsed.Key : throw StateErrors.OtherEra(parsed.Era, era);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Era}.{Key}");
}
