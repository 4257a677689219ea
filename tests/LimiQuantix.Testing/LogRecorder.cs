using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Testing;

/// <summary>Keeps what is logged: as a factory for what takes one, as a provider in a host.</summary>
public sealed class LogRecorder : ILoggerFactory, ILoggerProvider
{
    private readonly ConcurrentQueue<LogRecord> records = new();

    /// <summary>What was logged so far, in its order.</summary>
    public IReadOnlyList<LogRecord> Records => [.. records];

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
        // What was recorded outlives whoever recorded it.
    }

    private sealed class Recorder(LogRecorder owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner.records.Enqueue(new LogRecord(category, logLevel, eventId, formatter(state, exception), exception));
    }
}

/// <summary>One line of a log.</summary>
/// <param name="Category">Who logged it.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="EventId">What it is.</param>
/// <param name="Message">The line.</param>
/// <param name="Exception">What comes with its stack trace.</param>
public sealed record LogRecord(string Category, LogLevel Level, EventId EventId, string Message, Exception? Exception);
