namespace LibvirtSharp;

/// <summary>A user who is logged in to a guest.</summary>
/// <param name="Name">The user's name.</param>
/// <param name="Domain">The user's Windows domain.</param>
/// <param name="LoggedIn">Since when.</param>
public sealed record DomainGuestUser(string Name, string? Domain, DateTimeOffset? LoggedIn);
