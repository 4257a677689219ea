using System.Net;

namespace LimiQuantix.Images.Http;

/// <summary>Checks that an answer holds exactly the bytes that were asked for (RFC 9110 §14.4, §13.1.5).</summary>
internal static class RangeAnswer
{
    /// <summary>The number of bytes that the body must bring; null when the server does not say.</summary>
    public static long? Check(ImageRangeRequest request, bool isRange, HttpAnswer answer, TimeProvider time)
    {
        var response = answer.Response;
        var status = response.StatusCode;
        if (status == HttpStatusCode.PreconditionFailed) throw Changed(answer);
        if (status == HttpStatusCode.RequestedRangeNotSatisfiable) throw request.Validator is null ? NoSuchRange(request, answer) : Changed(answer);
        if (status is not (HttpStatusCode.OK or HttpStatusCode.PartialContent)) throw HttpFailures.FromStatus(response, answer.Location, time);
        if (request.Validator is { } validator && HttpValidator.Contradicts(response, validator)) throw Changed(answer);

        if (!isRange)
        {
            return status == HttpStatusCode.OK
                ? response.Content.Headers.ContentLength
                : throw Unusable(answer, "answered with a part of the file though all of it was asked for");
        }

        if (status == HttpStatusCode.OK)
        {
            // With If-Range, the whole file means that it is another one; but a server may also have stopped to serve ranges.
            throw request.Validator is not null && HttpValidator.Of(response) != request.Validator
                ? Changed(answer)
                : Unusable(answer, "answered with the whole file though a range of it was asked for");
        }

        var range = response.Content.Headers.ContentRange;
        if (range is not { Unit: "bytes", From: { } from, To: { } to } || from != request.Offset || to < from)
            throw Unusable(answer, "answered with another range than was asked for");
        var last = request.LengthBytes is { } wanted ? request.Offset + wanted - 1 : range.Length - 1;
        if (last is not null && to != last) throw Unusable(answer, $"answered with bytes {from} to {to} though {request.Offset} to {last} were asked for");
        return to - from + 1;
    }

    private static LimiQuantixException Changed(HttpAnswer answer) => new(
        ErrorCodes.Conflict,
        "The file on the server is no longer the one that the download began with.",
        "Begin the download again.",
        HttpFailures.Redact(answer.Location));

    private static LimiQuantixException NoSuchRange(ImageRangeRequest request, HttpAnswer answer) => new(
        ErrorCodes.SourceFailed, $"The file on the server has no byte {request.Offset}.", target: HttpFailures.Redact(answer.Location));

    private static LimiQuantixException Unusable(HttpAnswer answer, string what) => new(
        ErrorCodes.SourceFailed, $"The server {what}.", "Try another mirror.", HttpFailures.Redact(answer.Location));
}
