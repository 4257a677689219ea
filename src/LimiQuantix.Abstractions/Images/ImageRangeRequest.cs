namespace LimiQuantix.Images;

/// <summary>A part of an image's bytes.</summary>
public sealed record ImageRangeRequest
{
    /// <summary>An absolute URL, as it was given: see <see cref="ImageLocation"/>.</summary>
    public required string Location { get; init; }

    /// <summary>What may be done for it, by who gave it.</summary>
    public LocationTrust Trust { get; init; } = LocationTrust.Untrusted;

    /// <summary>The first byte's offset.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes; <see langword="null"/> for all to the end.</summary>
    public long? LengthBytes { get; init; }

    /// <summary>The validator that the bytes must still have.</summary>
    public string? Validator { get; init; }

    /// <summary>What is asked, with the location as it may be shown.</summary>
    public override string ToString() =>
        $"{nameof(ImageRangeRequest)} {{ Location = {ImageLocation.Redact(Location)}, Trust = {Trust}, Offset = {Offset}, LengthBytes = {LengthBytes}, Validator = {Validator} }}";
}
