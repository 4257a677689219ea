namespace LibvirtSharp.Sasl;

/// <summary>The client's side of one SASL mechanism (RFC 4422).</summary>
internal interface ISaslMechanism
{
    string Name { get; }

    byte[] Start();

    /// <summary>Answers the server's challenge.</summary>
    /// <exception cref="LibvirtException">The server does not know the password, or does not follow the mechanism.</exception>
    byte[] Answer(ReadOnlySpan<byte> challenge);

    /// <summary>True when the server has proven what it must.</summary>
    bool IsComplete { get; }
}
