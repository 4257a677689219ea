using System.Globalization;
using System.Net;

namespace LimiQuantix.Images.Http;

/// <summary>What an answer brings of the bytes that were asked for (RFC 9110 §14.4, §13.1.5).</summary>
/// <param name="LengthBytes">How many bytes the body must bring; null when the server does not say.</param>
/// <param name="Next">
/// Where to ask on when that is not yet all: a server may answer with less than was asked for. Null when nothing is missing.
/// </param>
/// <param name="Last">The last byte that is wanted; null when nobody knows it.</param>
internal readonly record struct RangeAnswer(long? LengthBytes, long? Next = null, long? Last = null)
{
    /// <summary>Checks that an answer holds the bytes that were asked for, or the first of them.</summary>
    public static RangeAnswer Check(ImageRangeRequest request, bool isRange, bool isContinuation, HttpAnswer answer, TimeProvider time)
    {
        var response = answer.Response;
        var status = response.StatusCode;
        if (status == HttpStatusCode.PreconditionFailed) throw HttpFailures.Changed(answer.Location);
        if (status == HttpStatusCode.RequestedRangeNotSatisfiable)
            return IsEnd(request, response, isContinuation) ? new RangeAnswer(0) : throw HttpFailures.Changed(answer.Location, TotalOf(response));
        if (status is not (HttpStatusCode.OK or HttpStatusCode.PartialContent)) throw HttpFailures.FromStatus(answer, time);
        if (request.Validator is { } validator && HttpValidator.Contradicts(response, validator)) throw HttpFailures.Changed(answer.Location);
        return status == HttpStatusCode.OK ? Whole(request, isRange, answer) : Part(request, answer);
    }

    // "All from here on", where the file ends.
    private static bool IsEnd(ImageRangeRequest request, HttpResponseMessage response, bool isContinuation) => request.LengthBytes is null
        && (response.Content.Headers.ContentRange?.Length is { } total ? total == request.Offset : isContinuation);

    private static RangeAnswer Whole(ImageRangeRequest request, bool isRange, HttpAnswer answer)
    {
        var length = answer.Response.Content.Headers.ContentLength;
        if (!isRange) return new RangeAnswer(length);
        // With If-Range the whole file means that it is another one, unless it says that it is not: a server may stop to serve ranges.
        if (request.Validator is { } validator && HttpValidator.Of(answer.Response) != validator) throw HttpFailures.Changed(answer.Location);
        if (request.Offset > 0) throw HttpFailures.Unusable(answer.Location, "answered with the whole file though a range of it was asked for");
        if (length < request.LengthBytes) throw HttpFailures.Changed(answer.Location, Has(length));
        return new RangeAnswer(request.LengthBytes ?? length);
    }

    private static RangeAnswer Part(ImageRangeRequest request, HttpAnswer answer)
    {
        var range = answer.Response.Content.Headers.ContentRange;
        if (range is not { Unit: "bytes", From: { } first, To: { } last } || first != request.Offset || last < first || last >= range.Length)
            throw HttpFailures.Unusable(answer.Location, "answered with another range than was asked for");
        var wanted = request.LengthBytes is { } length ? request.Offset + length - 1 : range.Length - 1;
        if (wanted >= range.Length) throw HttpFailures.Changed(answer.Location, TotalOf(answer.Response));
        // Of a length that nobody tells only the next question shows whether this was the end.
        if (wanted is null) return new RangeAnswer(last - first + 1, last + 1);
        return last < wanted ? new RangeAnswer(last - first + 1, last + 1, wanted) : new RangeAnswer(wanted - first + 1);
    }

    private static string? TotalOf(HttpResponseMessage response) => Has(response.Content.Headers.ContentRange?.Length);

    private static string? Has(long? total) => total is null ? null : string.Create(CultureInfo.InvariantCulture, $": it has {total} bytes now");
}
