using System.Globalization;

namespace LimiQuantix.Images.Http;

/// <summary>What names this version of the bytes: a strong entity tag (RFC 9110 §8.8.3), otherwise the date of the last change.</summary>
internal static class HttpValidator
{
    /// <summary>The validator in the form that If-Range takes; null when the server gives none that is strong.</summary>
    public static string? Of(HttpResponseMessage response)
    {
        if (response.Headers.ETag is { IsWeak: false } tag) return tag.Tag;
        // A date is strong only when the file had stood for a while when it was served (RFC 9110 §8.8.2.2).
        return response.Content.Headers.LastModified is { } changed && response.Headers.Date is { } date && date - changed > TimeSpan.FromSeconds(1)
            ? Text(changed)
            : null;
    }

    /// <summary>Whether a validator may be sent as If-Range (RFC 9110 §13.1.5): a strong tag, or a date.</summary>
    public static bool IsStrong(string validator) => validator.StartsWith('"')
        || DateTimeOffset.TryParseExact(validator, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    /// <summary>Whether a response contradicts a validator. A response that carries no tag or date contradicts nothing.</summary>
    public static bool Contradicts(HttpResponseMessage response, string validator)
    {
        if (validator.StartsWith('"')) return response.Headers.ETag is { } tag && (tag.IsWeak || tag.Tag != validator);
        return response.Content.Headers.LastModified is { } changed && Text(changed) != validator;
    }

    private static string Text(DateTimeOffset date) => date.ToUniversalTime().ToString("R", CultureInfo.InvariantCulture);
}
