namespace LibvirtSharp;

/// <summary>A guest's time zone.</summary>
/// <param name="Name">Its name, <c>CET</c>.</param>
/// <param name="Offset">How far it is before UTC.</param>
public sealed record DomainGuestTimeZone(string? Name, TimeSpan Offset);
