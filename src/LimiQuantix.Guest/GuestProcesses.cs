using System.Buffers;
using System.Runtime.CompilerServices;
using LimiQuantix.Guest.Client;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest;

/// <summary>Programs in the guest.</summary>
public sealed class GuestProcesses
{
    private const int MaxDetached = 1024;
    private readonly GuestSession _session;

    internal GuestProcesses(GuestSession session) => _session = session;

    /// <summary>Starts a program and gives its streams.</summary>
    /// <exception cref="GuestException">
    /// It did not start: <see cref="GuestErrorCode.NotFound"/> (a shell would end with 127), <see cref="GuestErrorCode.NotExecutable"/> (126), or another.
    /// </exception>
    public async Task<GuestProcess> StartAsync(GuestCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        Request request = new() { Exec = RequestOf(command) };
        if (command.Timeout is { } timeout)
            GuestSession.Timed(request, timeout);
        return await BeginAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a program to its end: <c>await guest.Processes.RunAsync(["uname", "-r"])</c>.</summary>
    public Task<GuestCommandResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default) =>
        RunAsync(new GuestCommand { Arguments = arguments }, default, cancellationToken: cancellationToken);

    /// <summary>Runs a program to its end and keeps what it writes.</summary>
    /// <param name="command">The program.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="maxOutputBytes">What is kept of each output; the rest is read and dropped. Default 1 MiB.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    public async Task<GuestCommandResult> RunAsync(
        GuestCommand command, ReadOnlyMemory<byte> input, int maxOutputBytes = 1024 * 1024, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentOutOfRangeException.ThrowIfNegative(maxOutputBytes);
        GuestProcess process = await StartAsync(command with { HasInput = input.Length > 0 }, cancellationToken).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable disposal = process.ConfigureAwait(false);
        Task writing = input.Length > 0 ? FeedAsync(process, input, cancellationToken) : Task.CompletedTask;
        Task<(byte[] Kept, bool Cut)> output = CollectAsync(process.Output, maxOutputBytes, cancellationToken);
        Task<(byte[] Kept, bool Cut)> error = CollectAsync(process.Error, maxOutputBytes, cancellationToken);
        await Task.WhenAll(writing, output, error).ConfigureAwait(false);
        GuestExit exit = await process.WaitAsync(cancellationToken).ConfigureAwait(false);
        (byte[] outputKept, bool outputCut) = await output.ConfigureAwait(false);
        (byte[] errorKept, bool errorCut) = await error.ConfigureAwait(false);
        return new GuestCommandResult { Exit = exit, Output = outputKept, Error = errorKept, IsTruncated = outputCut || errorCut || exit.IsTruncated };
    }

    /// <summary>Finds a detached program again and reads on.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="outputOffset">How many bytes of its output are known already.</param>
    /// <param name="errorOffset">How many bytes of its error output are known already.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task<GuestProcess> AttachAsync(string id, long outputOffset = 0, long errorOffset = 0, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentOutOfRangeException.ThrowIfNegative(outputOffset);
        ArgumentOutOfRangeException.ThrowIfNegative(errorOffset);
        return BeginAsync(
            new Request { Attach = new AttachRequest { Id = id, StdoutOffset = (ulong)outputOffset, StderrOffset = (ulong)errorOffset, Follow = true } }, cancellationToken);
    }

    /// <summary>The detached programs, running and ended, that were not forgotten.</summary>
    public async Task<IReadOnlyList<GuestDetachedProcess>> ListDetachedAsync(CancellationToken cancellationToken = default)
    {
        Close close = await _session.CallAsync(new Request { ExecList = new ExecListRequest() }, cancellationToken).ConfigureAwait(false);
        return [.. (close.ExecList?.Execs ?? []).Take(MaxDetached).Select(GuestDetachedProcess.Of)];
    }

    /// <summary>Removes what is kept of a detached program; one that runs is ended first when <paramref name="kill"/> says so, else it is an error.</summary>
    public async Task ForgetAsync(string id, bool kill = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        await _session.CallAsync(new Request { Forget = new ForgetRequest { Id = id, Kill = kill } }, cancellationToken).ConfigureAwait(false);
    }

    private async Task<GuestProcess> BeginAsync(Request request, CancellationToken cancellationToken)
    {
        GuestStream stream = _session.Open(request, 3);
        try
        {
            if (await stream.TakeAsync(0, cancellationToken).ConfigureAwait(false) is { Type: FrameType.Message } item
                && GuestSession.Parse(Message.Parser, item.Payload).ExecStarted is { } started)
                return new GuestProcess(_session, stream, started);
        }
        catch (OperationCanceledException)
        {
            stream.Notify(new Notice { Cancel = true });
            throw;
        }

        await _session.CloseOfAsync(stream, cancellationToken).ConfigureAwait(false);
        throw GuestException.Violation("an exec that ended before it started");
    }

    private static ExecRequest RequestOf(GuestCommand command)
    {
        if (command.Arguments is not { Count: > 0 } || string.IsNullOrEmpty(command.Arguments[0]))
            throw new ArgumentException("A command needs the program's name as its first argument.", nameof(command));
        if (command.Arguments.Concat(command.Environment.SelectMany(e => new[] { e.Key, e.Value })).Any(a => a is null || a.Contains('\0', StringComparison.Ordinal)))
            throw new ArgumentException("An argument or a variable of a command is null or holds a NUL character.", nameof(command));
        if (command.Environment.Keys.Any(k => k.Length == 0 || k.Contains('=', StringComparison.Ordinal)))
            throw new ArgumentException("A variable's name is empty or holds a '='.", nameof(command));
        if (command.DetachedId is not null && (command.HasInput || command.Terminal is not null))
            throw new ArgumentException("A detached command has neither input nor terminal.", nameof(command));
        ExecRequest request = new()
        {
            User = command.User ?? "",
            Directory = command.Directory ?? "",
            NoStdin = !command.HasInput && command.Terminal is null,
            Detached = command.DetachedId is not null,
            Id = command.DetachedId ?? "",
            RingBytes = (uint)Math.Clamp(command.KeptOutputBytes, 4096, 16 * 1024 * 1024),
        };
        request.Argv.AddRange(command.Arguments);
        request.Environment.AddRange(command.Environment.Select(e => new EnvironmentVariable { Name = e.Key, Value = e.Value }));
        if (command.Terminal is { } size)
            request.Terminal = new TerminalSize { Columns = (uint)Math.Clamp(size.Columns, 1, 65535), Rows = (uint)Math.Clamp(size.Rows, 1, 65535) };
        return request;
    }

    private static async Task FeedAsync(GuestProcess process, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            await process.Input.WriteAsync(input, cancellationToken).ConfigureAwait(false);
            await process.Input.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // A program need not read all it is given.
        }
    }

    private static async Task<(byte[] Kept, bool Cut)> CollectAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FrameHeader.MaxPayload);
        try
        {
            using var kept = new MemoryStream();
            bool cut = false;
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                int room = (int)Math.Min(read, most - kept.Length);
                kept.Write(buffer, 0, room);
                cut |= room < read;
            }

            return (kept.ToArray(), cut);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
