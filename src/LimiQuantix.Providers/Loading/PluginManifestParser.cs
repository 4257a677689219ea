using System.Text;
using System.Text.Json;
using NuGet.Versioning;

namespace LimiQuantix.Providers.Loading;

/// <summary>Reads a manifest. It is foreign text: bounded, and every fault is a refusal that names the member.</summary>
internal sealed class PluginManifestParser
{
    /// <summary>How large a manifest may be, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int MaxTextLength = 256;
    private const int MaxFiles = 2000;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly string _plugin;
    private readonly JsonElement _root;

    private PluginManifestParser(string plugin, JsonElement root)
    {
        _plugin = plugin;
        _root = root;
    }

    /// <summary>Reads a manifest.</summary>
    /// <param name="plugin">The name of the plugin's folder, for messages.</param>
    /// <param name="json">The file's bytes.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.PluginRefused"/>.</exception>
    public static PluginManifest Parse(string plugin, ReadOnlyMemory<byte> json)
    {
        if (json.Length > MaxBytes)
            throw PluginRefusal.Because(plugin, $"The manifest of plugin '{plugin}' is larger than {MaxBytes} bytes.", "Make it smaller.");
        try
        {
            // A byte order mark, as some editors write it, is passed over (RFC 8259 §8.1).
            int start = json.Span.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            using JsonDocument document = JsonDocument.Parse(json[start..], Strict);
            return new PluginManifestParser(plugin, document.RootElement).Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter: a text that is valid as JSON, but not as Unicode, such as a lone surrogate.
            throw PluginRefusal.Because(plugin, $"The manifest of plugin '{plugin}' is not valid JSON: {e.Message}", "Mend plugin.json.", e);
        }
    }

    private PluginManifest Read()
    {
        if (_root.ValueKind != JsonValueKind.Object)
            throw Refused("is not a JSON object", "Write an object with id, version, entryAssembly and contract.");
        string id = Text("id");
        if (id.Length > 128 || !char.IsAsciiLetterOrDigit(id[0]) || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            throw Refused($"has the id '{Names.Show(id)}'", "Use letters, digits, dots, hyphens and underscores, at most 128.");
        string version = Text("version");
        if (!SemanticVersion.TryParse(version, out SemanticVersion? semantic))
            throw Refused($"has the version '{Names.Show(version)}'", "Use a semantic version such as 1.2.3.");
        string contract = Text("contract");
        if (!VersionRange.TryParse(contract, out VersionRange? range))
            throw Refused($"has the contract range '{Names.Show(contract)}'", "Use NuGet's range syntax, such as [0.1.0,0.2.0).");
        string entry = Text("entryAssembly");
        if (!IsRelativePath(entry) || !entry.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
            throw Refused($"has the entryAssembly '{Names.Show(entry)}'", "Name a .dll inside the plugin's folder, relative to it.");
        return new PluginManifest
        {
            Id = id,
            Version = semantic.ToNormalizedString(),
            EntryAssembly = entry,
            Contract = range,
            Publisher = OptionalText("publisher"),
            Files = Files(),
        };
    }

    private Dictionary<string, string>? Files()
    {
        if (!_root.TryGetProperty("files", out JsonElement files) || files.ValueKind == JsonValueKind.Null)
            return null;
        if (files.ValueKind != JsonValueKind.Object)
            throw Refused("has files that are not an object", "Write an object of relative paths and SHA-256 digests.");
        Dictionary<string, string> digests = new(StringComparer.Ordinal);
        foreach (JsonProperty file in files.EnumerateObject())
        {
            string? digest = file.Value.ValueKind == JsonValueKind.String ? file.Value.GetString() : null;
            if (!IsRelativePath(file.Name) || digest is not { Length: 64 } || !digest.All(char.IsAsciiHexDigit))
                throw Refused($"lists the file '{Names.Show(file.Name)}' wrongly", "Give its relative path and 64 hexadecimal digits of SHA-256.");
            if (digests.Count == MaxFiles)
                throw Refused($"lists more than {MaxFiles} files", "Ship fewer files.");
            digests[file.Name] = digest;
        }

        return digests;
    }

    private string Text(string member) =>
        OptionalText(member) is { Length: > 0 } text ? text : throw Refused($"has no {member}", $"Add \"{member}\".");

    private string? OptionalText(string member)
    {
        if (!_root.TryGetProperty(member, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return null;
        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is { Length: <= MaxTextLength } && !Names.HasControlCharacter(text)
            ? text
            : throw Refused($"has a {member} that is not a text of at most {MaxTextLength} characters", $"Mend \"{member}\".");
    }

    private static bool IsRelativePath(string path) =>
        path.Length <= MaxTextLength && !path.Contains('\\', StringComparison.Ordinal) && !path.Contains(':', StringComparison.Ordinal)
        && !Names.HasControlCharacter(path) && path.Split('/').All(segment => segment is not ("" or "." or ".."));

    private LimiQuantixException Refused(string reason, string remedy) =>
        PluginRefusal.Because(_plugin, $"The manifest of plugin '{_plugin}' {reason}.", remedy);
}
