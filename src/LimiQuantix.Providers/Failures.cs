using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LimiQuantix;

/// <summary>How a failure is told in the log: as its sentence. Only what nobody foresaw comes with its stack trace.</summary>
internal static class Failures
{
    /// <summary>What happened, in words.</summary>
    public static string Reason(this Exception exception) => exception is LimiQuantixException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}";

    /// <summary>What the log is given to show the stack of: nothing, where the sentence says it all.</summary>
    public static Exception? Trace(this Exception exception) =>
        exception is OperationCanceledException or LimiQuantixException { Code: not (ErrorCodes.PluginFailed or ErrorCodes.Internal) } ? null : exception;
}

/// <summary>
/// Keeps what fails again and again from filling the log: it is told the first time, when it fails in another way, and once an hour while it goes on. In
/// between it is there at the level Debug. Thread-safe.
/// </summary>
internal sealed class RepeatedFailures(TimeProvider time)
{
    /// <summary>After how long the same failure is told again.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<object, (string What, long At)> _told = new();

    /// <summary>At which level a failure is to be told, and how.</summary>
    /// <param name="subject">What fails: only failures of the same are the same.</param>
    /// <param name="exception">How it fails.</param>
    /// <param name="level">The level of what is new.</param>
    public (LogLevel Level, Exception? Trace, string Reason) Judge(object subject, Exception exception, LogLevel level = LogLevel.Warning)
    {
        // Not by the message: times and counts in it differ each time.
        var what = exception is LimiQuantixException { Code: var code } ? code : exception.GetType().Name;
        if (_told.TryGetValue(subject, out var told) && told.What == what && time.GetElapsedTime(told.At) < Again) level = LogLevel.Debug;
        else _told[subject] = (what, time.GetTimestamp());
        return (level, exception.Trace(), exception.Reason());
    }

    /// <summary>Notes that it works: its next failure is new.</summary>
    public void Forget(object subject) => _told.TryRemove(subject, out _);
}
