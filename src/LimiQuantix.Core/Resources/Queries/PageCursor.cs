using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LimiQuantix.Core.Resources.Queries;

/// <summary>
/// Where a list goes on: after the last resource that was given, by its place in the order, so that what is made or deleted meanwhile moves nothing.
/// It gives no rights: each page judges anew who sees what.
/// </summary>
internal sealed record PageCursor
{
    private const int PresentFormat = 1;
    private const int SumLength = 6;
    private const int MaxLength = 4096;

    /// <summary>The cursor's own format.</summary>
    public int Format { get; init; } = PresentFormat;

    /// <summary>The digest of the query and of who asks.</summary>
    public required string Query { get; init; }

    /// <summary>The era of the state.</summary>
    public required long Era { get; init; }

    /// <summary>The last resource's place in the order.</summary>
    public required string After { get; init; }

    /// <summary>The last resource.</summary>
    public required Guid Id { get; init; }

    /// <summary>The digest that binds a cursor to its query, kind and caller; the page's length may change between pages.</summary>
    public static string DigestOf(string kind, Caller caller, ResourceQuery query)
    {
        var bare = query with { Cursor = null, Limit = 1, Labels = new SortedDictionary<string, string>(query.Labels.ToDictionary(), StringComparer.Ordinal) };
        var json = JsonSerializer.Serialize(bare, StateJson.Options.GetTypeInfo(bare.GetType()));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{caller.Project}\n{caller.Name}\n{json}")).AsSpan(0, 12));
    }

    /// <summary>Reads a cursor for a query.</summary>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>: damaged, or another query's or caller's; <see cref="ErrorCodes.NewerState"/>.
    /// </exception>
    public static PageCursor? Parse(string? text, string query)
    {
        if (text is null) return null;
        var cursor = TryRead(text) ?? throw Invalid("This is no cursor of a list.");
        if (cursor.Format > PresentFormat)
        {
            throw new LimiQuantixException(
                ErrorCodes.NewerState, "The cursor is of a newer version of this program.", "List again from the beginning.", "/cursor");
        }

        return cursor.Query == query ? cursor : throw Invalid("The cursor is of another query, or of another caller's.");
    }

    /// <summary>Refuses a cursor of another era.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>.</exception>
    public void EnsureOf(long era)
    {
        if (era == Era) return;
        throw new LimiQuantixException(
            ErrorCodes.Conflict, $"The cursor is of era {Era} of the state, which is in era {era} now: it was restored or promoted meanwhile.",
            "List again from the beginning.", "/cursor");
    }

    public override string ToString()
    {
        var json = StateJson.ToBytes(this);
        return Base64Url.EncodeToString([.. SHA256.HashData(json).AsSpan(0, SumLength), .. json]);
    }

    private static PageCursor? TryRead(string text)
    {
        if (text.Length > MaxLength || !Base64Url.IsValid(text)) return null;
        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length <= SumLength || !SHA256.HashData(bytes.AsSpan(SumLength)).AsSpan(0, SumLength).SequenceEqual(bytes.AsSpan(0, SumLength))) return null;
        try
        {
            return JsonSerializer.Deserialize(bytes.AsSpan(SumLength), StateJson.TypeOf<PageCursor>());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static LimiQuantixException Invalid(string message) =>
        new(ErrorCodes.InvalidArgument, message, "Pass on what the last page of the same query gave, or list from the beginning.", "/cursor");
}
