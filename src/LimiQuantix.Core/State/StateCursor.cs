using System.Globalization;

namespace LimiQuantix.Core.State;

/// <summary>A place in a store's log of changes; opaque to everybody but the store.</summary>
/// <param name="Era">The era.</param>
/// <param name="Position">The place: everything up to it has been seen.</param>
internal readonly record struct StateCursor(long Era, long Position)
{
    /// <summary>Reads what <see cref="ToString"/> gave.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static StateCursor Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0
            && long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var era)
            && long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            return new StateCursor(era, position);
        }

        throw StateBounds.Invalid("That is no cursor of this store.", "Pass on what a page or a change gave.", "after");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Era}.{Position}");
}
