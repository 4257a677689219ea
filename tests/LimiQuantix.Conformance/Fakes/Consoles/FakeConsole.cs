using System.Buffers;
using LimiQuantix.Consoles;
using LimiQuantix.Plugins;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>The options of a fake console provider. They may be changed while it works.</summary>
public sealed class FakeConsoleOptions : FakeOptions
{
    /// <summary>The kind of console that it speaks.</summary>
    public ConsoleKind Kind { get; set; } = ConsoleKind.Vnc;
}

/// <summary>A console provider for <see cref="FakeConsoleServer"/>: a greeting, then lines; who only looks may ask questions.</summary>
internal sealed class FakeConsole(ProviderContext context, FakeConsoleOptions options)
    : FakeProvider(nameof(IConsoleProvider), context, options), IConsoleProvider, IScreenshotCapture
{
    /// <summary>One white pixel.</summary>
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC");

    private readonly TimeProvider _time = context.TimeProvider;

    public ConsoleKind Kind => options.Kind;

    public async Task<ConsoleUpstream> OpenAsync(OpenConsoleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var stream = request.Stream;
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            await CallAsync(nameof(OpenAsync), null, _ => { }, cancellationToken).ConfigureAwait(false);
            await GreetAsync(stream, cancellationToken).ConfigureAwait(false);
            return ConsoleUpstream.Over(stream, request.Access == ConsoleAccess.Full ? null : new Questions());
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<Screenshot> CaptureAsync(CaptureScreenRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var stream = request.Stream;
        ArgumentNullException.ThrowIfNull(stream);
        await using (stream.ConfigureAwait(false))
        {
            await CallAsync(nameof(CaptureAsync), null, _ => { }, cancellationToken).ConfigureAwait(false);
            await GreetAsync(stream, cancellationToken).ConfigureAwait(false);
            return new Screenshot { Png = Png, Width = 1, Height = 1, CapturedAt = _time.GetUtcNow() };
        }
    }

    private static async Task GreetAsync(Stream stream, CancellationToken cancellationToken)
    {
        var greeting = new byte[FakeConsoleServer.Greeting.Length];
        try
        {
            await stream.ReadExactlyAsync(greeting, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new LimiQuantixException(ErrorCodes.Unavailable, "The console said no greeting.", isTransient: true, innerException: e);
        }

        if (!greeting.AsSpan().SequenceEqual(FakeConsoleServer.Greeting.Span))
            throw new LimiQuantixException(ErrorCodes.Unavailable, "The console does not speak the fakes' protocol.");
    }

    /// <summary>Lets lines pass that begin with a question mark, whatever pieces they come in.</summary>
    private sealed class Questions : IConsoleInputFilter
    {
        private bool? _passes;

        public void Process(ReadOnlySequence<byte> input, IBufferWriter<byte> output)
        {
            foreach (var segment in input)
            {
                foreach (var letter in segment.Span)
                {
                    _passes ??= letter == (byte)'?';
                    if (_passes == true) output.Write([letter]);
                    if (letter == (byte)'\n') _passes = null;
                }
            }
        }
    }
}
