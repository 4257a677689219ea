using System.Security.Cryptography;
using System.Text;

namespace LimiQuantix.Core.Resources;

/// <summary>The envelope of every stored resource.</summary>
internal abstract record ResourceDocument : IResource
{
    public required Guid Id { get; init; }

    /// <summary>Empty for what is the whole installation's.</summary>
    public string Project { get; init; } = "";

    string? IResource.Project => Project.Length == 0 ? null : Project;

    public string? Creator { get; init; }

    public ResourceSharing Sharing { get; init; } = ResourceSharing.Project;

    public required string Name { get; init; }

    /// <summary>The entry's: set when it is read, never written.</summary>
    public long Version { get; init; }

    /// <summary>Set by the table whenever the member <c>spec</c> changes.</summary>
    public long Generation { get; init; } = 1;

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// The id of something that there is one of by its name, without anybody having stored it: the pool of an instance, a project's built-in
    /// network. A UUIDv8 (RFC 9562) of the kind, the project and the name.
    /// </summary>
    public static Guid IdOf(string kind, string? project, string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{project}\n{name}"), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
