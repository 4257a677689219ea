using System.Text.Json;
using LimiQuantix.Core.Resources;
using LimiQuantix.Images;

namespace LimiQuantix.Core.Images.Catalog;

/// <summary>The images known by id: the built-in ones, then the host's files, of which the last wins. Files are read at each use.</summary>
/// <param name="files">The host's catalogue files.</param>
internal sealed class ImageCatalog(IReadOnlyList<string> files)
{
    /// <summary>The environment variable with further catalogue files, separated as in <c>PATH</c>.</summary>
    public const string EnvironmentVariable = "LIMIQUANTIX_CATALOG";

    private const string BuiltInName = "LimiQuantix.Core.Images.Catalog.catalog.json";
    private static readonly Lazy<IReadOnlyList<ImageCatalogEntry>> BuiltIn = new(ReadBuiltIn);

    /// <summary>The catalogue of the options' files and of those that the environment names.</summary>
    public static ImageCatalog Create(ImageLibraryOptions options)
    {
        var named = Environment.GetEnvironmentVariable(EnvironmentVariable) ?? "";
        return new ImageCatalog([.. options.CatalogFiles, .. named.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);
    }

    /// <summary>Every entry, in the order of the ids.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: a host's file is not right.</exception>
    public async Task<IReadOnlyList<ImageCatalogEntry>> ListAsync(CancellationToken cancellationToken)
    {
        var entries = BuiltIn.Value.ToDictionary(entry => entry.Id, StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var entry in await CatalogFile.ReadAsync(file, cancellationToken).ConfigureAwait(false)) entries[entry.Id] = entry;
        }

        return [.. entries.Values.OrderBy(entry => entry.Id, StringComparer.Ordinal)];
    }

    /// <summary>Gives one entry.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>: there is no such id.</exception>
    public async Task<ImageCatalogEntry> GetAsync(string id, CancellationToken cancellationToken)
    {
        var entries = await ListAsync(cancellationToken).ConfigureAwait(false);
        return entries.FirstOrDefault(entry => entry.Id == id) ?? throw Unknown(id, CatalogSuggestion.For(id, entries.Select(entry => entry.Id)));
    }

    /// <summary>What to tell somebody who wrote what is no location but nearly an id; <see langword="null"/> when it is nearly none.</summary>
    public async Task<LimiQuantixException?> SuggestAsync(string text, CancellationToken cancellationToken)
    {
        var entries = await ListAsync(cancellationToken).ConfigureAwait(false);
        return CatalogSuggestion.For(text, entries.Select(entry => entry.Id)) is { Count: > 0 } suggested ? Unknown(text, suggested) : null;
    }

    private static LimiQuantixException Unknown(string id, IReadOnlyList<string> suggested) => new(
        ErrorCodes.NotFound,
        $"The image catalogue has no '{Names.Show(id)}'.",
        (suggested.Count > 0 ? $"Did you mean {string.Join(" or ", suggested.Select(other => $"'{other}'"))}? " : "")
        + "Images.ListCatalogAsync lists its ids. Or give an absolute URL or path.",
        "Location");

    private static IReadOnlyList<ImageCatalogEntry> ReadBuiltIn()
    {
        using var stream = typeof(ImageCatalog).Assembly.GetManifestResourceStream(BuiltInName)
            ?? throw new InvalidOperationException($"The resource {BuiltInName} is missing.");
        var entries = JsonSerializer.Deserialize(stream, StateJson.TypeOf<CatalogDocument>())!.Entries;
        return CatalogFile.Validate(entries, BuiltInName);
    }
}
