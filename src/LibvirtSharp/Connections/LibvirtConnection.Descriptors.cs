using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;
using LibvirtSharp.Transports;

namespace LibvirtSharp;

public sealed partial class LibvirtConnection
{
    /// <summary>The protocol's limit (<c>VIR_NET_MESSAGE_NUM_FDS_MAX</c>).</summary>
    private const int MostDescriptors = 32;

    /// <summary>
    /// Creates and starts a transient domain whose first process gets open files of this one. Only drivers of containers take them.
    /// Linux and the daemon's unix socket only.
    /// </summary>
    /// <param name="xml">The domain.</param>
    /// <param name="files">The files, which stay the caller's; at most 32.</param>
    /// <param name="flags">How; not <see cref="DomainCreateFlags.StartAutoDestroy"/>, as the files go over a connection that ends with this call.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="PlatformNotSupportedException">The connection passes no descriptors.</exception>
    [SupportedOSPlatform("linux")]
    public async Task<Domain> CreateDomainAsync(
        string xml, IReadOnlyList<SafeHandle> files, DomainCreateFlags flags = 0, CancellationToken cancellationToken = default)
    {
        RefuseAutodestroy(flags);
        DomainRef created = default;
        await PassAsync(
            RemoteProcedure.DomainCreateXmlWithFiles, files,
            async remote => created = await remote.DomainCreateXmlWithFilesAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return new Domain(this, created);
    }

    internal static void RefuseAutodestroy(DomainCreateFlags flags)
    {
        if (flags.HasFlag(DomainCreateFlags.StartAutoDestroy))
            throw new ArgumentException("The files go over a connection of their own: the domain would end with this call.", nameof(flags));
    }

    /// <summary>Makes a call that gives a descriptor, on a connection of its own.</summary>
    [SupportedOSPlatform("linux")]
    internal async Task<SafeSocketHandle> ReceiveDescriptorAsync(Func<RemoteProgram, ValueTask> call, CancellationToken cancellationToken)
    {
        (RpcChannel channel, DescriptorStream stream) = await OpenDescriptorChannelAsync(cancellationToken).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            await call(new RemoteProgram(channel, CallTimeout, passesDescriptors: true)).ConfigureAwait(false);
            TimeSpan timeout = _core.Options.ConnectTimeout;
            Task<SafeSocketHandle> receiving = stream.ReceiveDescriptorAsync(cancellationToken);
            // It fails with the channel, maybe after the wait was given up.
            _ = receiving.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            try
            {
                return await receiving.WaitAsync(timeout, _core.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException error)
            {
                throw new LibvirtException(
                    LibvirtErrorCode.OperationTimeout, LibvirtErrorDomain.Rpc, $"The server passed no descriptor within {timeout.TotalSeconds:0.###} s.", error);
            }
        }
    }

    /// <summary>Makes a call with descriptors, on a connection of its own that ends with it.</summary>
    [SupportedOSPlatform("linux")]
    internal async Task PassAsync(
        RemoteProcedure procedure, IReadOnlyList<SafeHandle> descriptors, Func<RemoteProgram, Task> call, CancellationToken cancellationToken)
    {
        IAsyncDisposable channel = await PassAndKeepAsync(procedure, descriptors, call, cancellationToken).ConfigureAwait(false);
        await channel.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Makes a call with descriptors, and gives the connection of its own that it went over.</summary>
    [SupportedOSPlatform("linux")]
    internal async Task<IAsyncDisposable> PassAndKeepAsync(
        RemoteProcedure procedure, IReadOnlyList<SafeHandle> descriptors, Func<RemoteProgram, Task> call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptors);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Count, MostDescriptors, nameof(descriptors));
        if (descriptors.Any(descriptor => descriptor is null or { IsInvalid: true } or { IsClosed: true }))
            throw new ArgumentException("A file that is to be passed is null or not open.", nameof(descriptors));
        (RpcChannel channel, DescriptorStream stream) = await OpenDescriptorChannelAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            stream.Attach(procedure, descriptors);
            await call(new RemoteProgram(channel, CallTimeout, passesDescriptors: true)).ConfigureAwait(false);
            return channel;
        }
        catch
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    [SupportedOSPlatform("linux")]
    private async Task<(RpcChannel Channel, DescriptorStream Stream)> OpenDescriptorChannelAsync(CancellationToken cancellationToken)
    {
        if (!_core.IsUnixSocket)
            throw new PlatformNotSupportedException("Descriptors are passed over the daemon's unix socket only.");
        var transport = new DescriptorTransport(_core.Options.ReadOnly);
        RpcChannel channel = await new ChannelOpener(Uri, _core.Options, transport).OpenForCallAsync(CallTimeout, cancellationToken).ConfigureAwait(false);
        return (channel, transport.Stream!);
    }
}
