using System.Globalization;

namespace Ovsdb.Json;

/// <summary>The rows that a transaction inserts without an id of their own, and the names they go by within it (RFC 7047 section 5.1, <c>&lt;named-uuid&gt;</c>).</summary>
internal sealed class UuidNames
{
    private readonly Dictionary<Guid, string> _names = [];

    public void Add(Guid placeholder) => _names.Add(placeholder, string.Create(CultureInfo.InvariantCulture, $"row{_names.Count}"));

    public string? Find(Guid uuid) => _names.Count == 0 ? null : _names.GetValueOrDefault(uuid);
}
