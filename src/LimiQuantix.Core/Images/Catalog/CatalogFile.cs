using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using LimiQuantix.Core.Resources;
using LimiQuantix.Images;
using LimiQuantix.Images.Sources;

namespace LimiQuantix.Core.Images.Catalog;

/// <summary>Reads and checks a host's catalogue file.</summary>
internal static partial class CatalogFile
{
    private const int MaximumBytes = 4 << 20;
    private const int MaximumEntries = 4096;
    private const int MaximumLocations = 16;
    private const int MaximumText = 256;

    // A misspelt member would silently lose its meaning; a digest is one of them.
    private static readonly JsonSerializerOptions Strict = new(StateJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 8,
    };

    /// <summary>Whether a text has the form of a catalogue id.</summary>
    public static bool IsId(string text) => Id().IsMatch(text);

    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: says what is wrong in which file.</exception>
    public static async Task<IReadOnlyList<ImageCatalogEntry>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path).Length > MaximumBytes) throw Invalid(path, $"it has more than {MaximumBytes} bytes");
            return Parse(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Invalid(path, error.Message, error);
        }
    }

    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static IReadOnlyList<ImageCatalogEntry> Parse(ReadOnlySpan<byte> json, string path)
    {
        try
        {
            // Editors of some systems begin a UTF-8 file with a byte order mark; JSON has none (RFC 8259 §8.1), and a reader may pass it over.
            if (json.StartsWith(Encoding.UTF8.Preamble)) json = json[Encoding.UTF8.Preamble.Length..];
            var document = JsonSerializer.Deserialize(json, (JsonTypeInfo<CatalogDocument>)Strict.GetTypeInfo(typeof(CatalogDocument))) ?? throw Invalid(path, "it is null");
            return Validate(document.Entries, path);
        }
        catch (JsonException error)
        {
            throw Invalid(path, error.Message, error);
        }
    }

    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static IReadOnlyList<ImageCatalogEntry> Validate(IReadOnlyList<ImageCatalogEntry> entries, string path)
    {
        if (entries.Count > MaximumEntries) throw Invalid(path, $"it has more than {MaximumEntries} entries");
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry is null) throw Invalid(path, "an entry is null");
            if (Problem(entry) is { } problem) throw Invalid(path, $"entry '{Names.Show(entry.Id)}': {problem}");
            if (!ids.Add(entry.Id)) throw Invalid(path, $"entry '{entry.Id}' is there twice");
        }

        return entries;
    }

    private static string? Problem(ImageCatalogEntry entry)
    {
        if (!IsId(entry.Id)) return "an id has 1 to 64 of a-z, 0-9, '.', '_' and '-', and begins with a letter or digit";
        if (entry.Name.Length is 0 or > MaximumText || Names.HasControlCharacter(entry.Name)) return $"the name must have 1 to {MaximumText} printable characters";
        if (entry.Locations.Count is 0 or > MaximumLocations) return $"there must be 1 to {MaximumLocations} locations";
        IEnumerable<string> locations = entry.ChecksumLocation is { } checksum ? [.. entry.Locations, checksum] : entry.Locations;
        return locations.Select(LocationProblem).FirstOrDefault(problem => problem is not null);
    }

    private static string? LocationProblem(string? location)
    {
        if (location is null) return "a location is null";
        try
        {
            Locations.Parse(location);
            return null;
        }
        catch (LimiQuantixException error)
        {
            return error.Error.Message;
        }
    }

    private static LimiQuantixException Invalid(string path, string what, Exception? inner = null) => new(
        ErrorCodes.InvalidArgument,
        $"The catalogue file '{path}' cannot be used: {what}.",
        "See the catalogue's format in the documentation, or take the file out of CatalogFiles or LIMIQUANTIX_CATALOG.",
        "CatalogFiles",
        innerException: inner);

    [GeneratedRegex("""\A[a-z0-9][a-z0-9._-]{0,63}\z""", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
