using LimiQuantix.Guest.Client;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest;

/// <summary>
/// A program that runs in the guest. Read both outputs, or the program waits when a window of the unread one is full. Disposing it ends
/// the program, unless it is detached.
/// </summary>
public sealed class GuestProcess : IAsyncDisposable
{
    private readonly GuestSession _session;
    private readonly GuestStream _stream;

    internal GuestProcess(GuestSession session, GuestStream stream, ExecStarted started)
    {
        _session = session;
        _stream = stream;
        ProcessId = (int)Math.Min(started.ProcessId, int.MaxValue);
        Id = GuestText.Clean(started.Id, 64);
        IsScoped = started.IsScoped;
        Input = new GuestInput(stream);
        Output = new GuestOutput(stream, 1);
        Error = new GuestOutput(stream, 2);
    }

    /// <summary>Its process id in the guest.</summary>
    public int ProcessId { get; }

    /// <summary>A detached program's name; otherwise empty.</summary>
    public string Id { get; }

    /// <summary>Whether it has a control group of its own, so that all it starts ends with it.</summary>
    public bool IsScoped { get; }

    /// <summary>Its input; dispose it to give the end of file.</summary>
    public Stream Input { get; }

    /// <summary>Its output.</summary>
    public Stream Output { get; }

    /// <summary>Its error output; empty with a terminal.</summary>
    public Stream Error { get; }

    /// <summary>Waits for its end. Its outputs may still hold bytes then.</summary>
    /// <exception cref="GuestException">The session ended first: whether the program did is not known.</exception>
    public async Task<GuestExit> WaitAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            Close close = await _stream.Closed.WaitAsync(cancellationToken).ConfigureAwait(false);
            return close.Status is { Code: not Code.Ok } status ? throw GuestException.Of(status)
                : GuestExit.Of(close.Exec ?? throw GuestException.Violation("an exec that ends without its exit"));
        }
        catch (GuestException e)
        {
            throw GuestSession.Again(e);
        }
    }

    /// <summary>Sends a signal to the program and its group.</summary>
    /// <param name="name">TERM, KILL, INT, HUP, QUIT, USR1, USR2, STOP, CONT or WINCH.</param>
    /// <exception cref="ArgumentException">Another name.</exception>
    public void Signal(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name is not ("TERM" or "KILL" or "INT" or "HUP" or "QUIT" or "USR1" or "USR2" or "STOP" or "CONT" or "WINCH"))
            throw new ArgumentException($"'{name}' is no signal that can be sent: TERM, KILL, INT, HUP, QUIT, USR1, USR2, STOP, CONT, WINCH.", nameof(name));
        _stream.Notify(new Notice { Signal = new Signal { Name = name } });
    }

    /// <summary>Tells the program's terminal its new size.</summary>
    public void Resize(int columns, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        _stream.Notify(new Notice { Resize = new TerminalSize { Columns = (uint)Math.Min(columns, ushort.MaxValue), Rows = (uint)Math.Min(rows, ushort.MaxValue) } });
    }

    /// <summary>Ends the program, asked first and killed after five seconds; a detached one goes on, only its outputs are let go.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_stream.IsClosed && _session.Ended is { IsCompleted: false })
            _stream.Notify(new Notice { Cancel = true });
        return ValueTask.CompletedTask;
    }
}
