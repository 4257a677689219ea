using System.Runtime.CompilerServices;
using LimiQuantix.Consoles;
using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Consoles;

/// <summary>The consoles as one caller sees them.</summary>
internal sealed class ConsolesFacade(
    Caller caller, Access access, ResourceTable<MachineDocument> machines, ProviderInstances providers, ProviderEnvironment environment,
    SerialLogReader serialLog, EngineRetry retry) : IConsoles
{
    public async Task<Screenshot> CaptureScreenshotAsync(Guid machineId, ScreenshotOptions? options = null, CancellationToken cancellationToken = default)
    {
        var machine = (await access.GetAsync(caller, Actions.ConsolesScreenshot, machines, machineId, null, cancellationToken).ConfigureAwait(false)).Value;
        var capture = await FindCaptureAsync(cancellationToken).ConfigureAwait(false);
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        return await retry.RunAsync(
            async token =>
            {
                var endpoint = await hypervisor.GetConsoleAsync(new GetConsoleRequest { MachineId = machineId, Kind = ConsoleKind.Vnc }, token).ConfigureAwait(false);
                var stream = await ConsoleConnector.ConnectAsync(endpoint, environment.NodeId, environment.TimeProvider, token).ConfigureAwait(false);
                // The capture closes it; this holds for one that never begins.
                await using var _ = stream.ConfigureAwait(false);
                return await capture.CaptureAsync(new CaptureScreenRequest { Stream = stream, Credentials = endpoint.Credentials }, token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadSerialLogAsync(
        Guid machineId, SerialLogOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await access.GetAsync(caller, Actions.ConsolesSerial, machines, machineId, null, cancellationToken).ConfigureAwait(false);
        await foreach (var piece in serialLog.ReadAsync(machineId, caller.Project, (options ?? new SerialLogOptions()).Follow, cancellationToken).ConfigureAwait(false)) yield return piece;
    }

    private async Task<IScreenshotCapture> FindCaptureAsync(CancellationToken cancellationToken)
    {
        LimiQuantixException? failure = null;
        foreach (var instance in providers.All<IConsoleProvider>())
        {
            try
            {
                var provider = await providers.GetAsync<IConsoleProvider>(instance.Name, instance.Node, cancellationToken).ConfigureAwait(false);
                if (provider.Kind == ConsoleKind.Vnc && provider.GetCapability<IScreenshotCapture>() is { } capture) return capture;
            }
            catch (LimiQuantixException exception)
            {
                // Another one may do.
                failure ??= exception;
            }
        }

        throw failure is not null ? new LimiQuantixException(failure.Error, failure) : new LimiQuantixException(
            ErrorCodes.FailedPrecondition, "No console provider can take screenshots.", "Call AddVncConsole() when the host is built.");
    }
}
