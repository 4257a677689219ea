namespace LimiQuantix.State;

/// <summary>
/// Encrypts what machines' guests may hold secret (<c>CloudInit.UserData</c>, <c>CloudInit.NetworkConfig</c>) before it is stored, and decrypts it when it is
/// read. A host registers one, on ASP.NET's data protection or its own vault; without it these are stored as they were given. What was stored before stays
/// readable. Every engine of the installation must have the same keys.
/// </summary>
public interface IStateProtection
{
    /// <summary>Encrypts. May give other bytes for the same each time.</summary>
    /// <param name="plain">What is to be kept, in UTF-8.</param>
    /// <param name="cancellationToken">Ends the call; nothing is stored then.</param>
    ValueTask<ReadOnlyMemory<byte>> ProtectAsync(ReadOnlyMemory<byte> plain, CancellationToken cancellationToken = default);

    /// <summary>Decrypts what <see cref="ProtectAsync"/> gave. It throws when it cannot: the document is then one that cannot be read.</summary>
    /// <param name="kept">What was kept.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask<ReadOnlyMemory<byte>> UnprotectAsync(ReadOnlyMemory<byte> kept, CancellationToken cancellationToken = default);
}
