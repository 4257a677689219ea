namespace LibvirtSharp;

/// <summary>One name of a graphical console's client.</summary>
/// <param name="Type">What kind of name: <c>x509dname</c>, <c>saslUsername</c>.</param>
/// <param name="Name">The name.</param>
public sealed record GraphicsIdentity(string Type, string Name);
