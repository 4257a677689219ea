using System.Runtime.CompilerServices;
using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>Starts it; from its saved memory, if <see cref="ManagedSaveAsync"/> saved it.</summary>
    public async Task StartAsync(DomainCreateFlags flags = 0, CancellationToken cancellationToken = default)
    {
        RemoteProgram remote = await IsSavedAsync(cancellationToken).ConfigureAwait(false) ? Long : Connection.PromptRemote;
        _identity.Set(await remote.DomainCreateWithFlagsAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Asks the guest to shut down; returns when it was asked.</summary>
    public async Task ShutdownAsync(DomainShutdownFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainShutdownFlagsAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Asks the guest to reboot; returns when it was asked.</summary>
    public async Task RebootAsync(DomainRebootFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainRebootAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Resets it at once, as a reset button does.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainResetAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Stops it at once, as pulling the plug does. A transient domain is gone then.</summary>
    /// <remarks>
    /// A daemon that has just started again is still taking its guests back while it answers calls: a guest that is destroyed in between ends,
    /// yet the call fails with <see cref="LibvirtErrorCode.OperationInvalid"/> ("domain is not running"). Look at the state before repeating it.
    /// </remarks>
    public Task DestroyAsync(DomainDestroyFlags flags = 0, CancellationToken cancellationToken = default) =>
        StoppingAsync(_identity.Version, Remote.DomainDestroyFlagsAsync(Ref, (uint)flags, cancellationToken));

    /// <summary>Removes its definition; when it runs, it goes on as a transient one.</summary>
    public async Task UndefineAsync(DomainUndefineFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainUndefineFlagsAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Halts its processors; its memory stays.</summary>
    public async Task SuspendAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainSuspendAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>Lets a suspended domain go on.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainResumeAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>What becomes of it when the guest powers off, reboots or crashes.</summary>
    public async Task SetLifecycleActionAsync(
        DomainLifecycle type, DomainLifecycleAction action, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetLifecycleActionAsync(Ref, (uint)type, (uint)action, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether it starts with the daemon.</summary>
    public async Task SetAutostartAsync(bool autostart, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetAutostartAsync(Ref, autostart ? 1 : 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether it starts with the daemon.</summary>
    public async Task<bool> GetAutostartAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainGetAutostartAsync(Ref, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Waits for a call after which it is off.</summary>
    private async Task StoppingAsync(StrongBox<DomainRef> version, ValueTask call)
    {
        await call.ConfigureAwait(false);
        _identity.Stopped(version);
    }

    /// <summary>Whether its start moves memory; some drivers cannot save.</summary>
    private async Task<bool> IsSavedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await HasManagedSaveImageAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LibvirtException error) when (error.Code == LibvirtErrorCode.NoSupport)
        {
            return false;
        }
    }
}
