using System.Runtime.ExceptionServices;
using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;

namespace LibvirtSharp;

/// <summary>
/// A migration that the client leads: the five steps of libvirt's migration protocol 3 (Begin at the source, Prepare at the
/// destination, Perform at the source, Finish at the destination, Confirm at the source), each handing its cookie to the next.
/// https://libvirt.org/migration.html
/// </summary>
internal sealed class Migration(Domain domain, LibvirtConnection destination, DomainMigrateFlags flags, TypedParam[] parameters)
{
    private readonly RemoteProgram _source = domain.Connection.PromptRemote;
    private readonly RemoteProgram _target = destination.PromptRemote;
    private TypedParam[] _parameters = parameters;
    private uint _sourceFlags;
    private byte[] _cookie = [];

    /// <summary>What is the source's affair only.</summary>
    private uint TargetFlags => _sourceFlags
        & ~(uint)(DomainMigrateFlags.ChangeProtection | DomainMigrateFlags.AbortOnError | DomainMigrateFlags.AutoConverge);

    public async Task<Domain> RunAsync(CancellationToken cancellationToken)
    {
        LongCallLimit limit = domain.Connection.LongCalls;
        await limit.WaitAsync(nameof(RemoteProcedure.DomainMigrateBegin3Params), domain.Connection.LongCallTimeout, cancellationToken).ConfigureAwait(false);
        try
        {
            return await MigrateAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            limit.Release();
        }
    }

    private async Task<Domain> MigrateAsync(CancellationToken cancellationToken)
    {
        DomainStatus status = await domain.GetStateAsync(cancellationToken).ConfigureAwait(false);
        // Nobody changes the domain between the steps; one that is paused stays so.
        _sourceFlags = (uint)(flags | DomainMigrateFlags.ChangeProtection | (status.State == DomainState.Paused ? DomainMigrateFlags.Paused : 0));
        cancellationToken.ThrowIfCancellationRequested();

        // From here on every step is waited for, and the source must hear how it ended: until then it lets the domain not be migrated.
        DomainMigrateBegin3ParamsRet begun = await _source.DomainMigrateBegin3ParamsAsync(domain.Ref, _parameters, _sourceFlags, CancellationToken.None).ConfigureAwait(false);
        _cookie = begun.CookieOut;
        Set("destination_xml", begun.Xml);
        bool prepared = false;
        Exception? failure = null;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            DomainMigratePrepare3ParamsRet ready = await _target.DomainMigratePrepare3ParamsAsync(_parameters, _cookie, TargetFlags, CancellationToken.None).ConfigureAwait(false);
            prepared = true;
            _cookie = ready.CookieOut;
            if (ready.UriOut is not null)
                Set("migrate_uri", ready.UriOut);
            cancellationToken.ThrowIfCancellationRequested();
            if (!flags.HasFlag(DomainMigrateFlags.Offline))
                _cookie = await PerformAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = error;
            _cookie = [];
        }

        Domain? arrived = null;
        try
        {
            if (prepared)
                arrived = await FinishAsync(failure is not null).ConfigureAwait(false);
        }
        catch (LibvirtException error)
        {
            // The destination calls a cancelled one a failure too; the first failure is the reason.
            if (failure is null || TellsMore(error, failure))
                failure = error;
        }
        await ConfirmAsync(failure is not null).ConfigureAwait(false);
        if (failure is LibvirtException)
            cancellationToken.ThrowIfCancellationRequested();
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        return arrived!;
    }

    /// <summary>
    /// Of a guest that died at the destination the source knows only that the migration failed; the destination knows why, and says
    /// otherwise that it finished as it was told (<c>VIR_ERR_MIGRATE_FINISH_OK</c>).
    /// </summary>
    private static bool TellsMore(LibvirtException destination, Exception source) =>
        source is LibvirtException { Code: LibvirtErrorCode.OperationFailed, Domain: LibvirtErrorDomain.Qemu }
        && destination is { Domain: LibvirtErrorDomain.Qemu, Code: not LibvirtErrorCode.MigrateFinishOk };

    /// <summary>The transfer itself. Cancelled, the source's daemon ends it, and what came of it is waited for.</summary>
    private async Task<byte[]> PerformAsync(CancellationToken cancellationToken)
    {
        Task<byte[]> performing = _source.DomainMigratePerform3ParamsAsync(domain.Ref, null, _parameters, _cookie, _sourceFlags, CancellationToken.None).AsTask();
        await ((Task)performing).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!performing.IsCompleted)
        {
            try
            {
                await domain.AbortJobAsync(0, CancellationToken.None).ConfigureAwait(false);
            }
            catch (LibvirtException error) when (error.Code == LibvirtErrorCode.OperationInvalid)
            {
                // It ended by itself meanwhile.
            }
        }
        return await performing.ConfigureAwait(false);
    }

    private async Task<Domain> FinishAsync(bool cancelled)
    {
        if (!Array.Exists(_parameters, parameter => parameter.Field == "destination_name"))
            Set("destination_name", domain.Name);
        DomainMigrateFinish3ParamsRet finished = await _target.DomainMigrateFinish3ParamsAsync(
            _parameters, _cookie, TargetFlags, cancelled ? 1 : 0, CancellationToken.None).ConfigureAwait(false);
        _cookie = finished.CookieOut;
        return new Domain(destination, finished.Dom);
    }

    private async Task ConfirmAsync(bool cancelled)
    {
        try
        {
            await _source.DomainMigrateConfirm3ParamsAsync(domain.Ref, _parameters, _cookie, _sourceFlags, cancelled ? 1 : 0, CancellationToken.None).ConfigureAwait(false);
        }
        catch (LibvirtException error)
        {
            // Nothing is left to be done: at worst a paused domain stays behind.
            LibvirtLog.MigrationNotConfirmed(domain.Connection.Logger, domain.Name, error.Message);
        }
    }

    private void Set(string name, string value)
    {
        var parameter = new TypedParam { Field = name, Value = new TypedParamValue { Type = TypedParameterType.String, S = value } };
        _parameters = [.. _parameters.Where(each => each.Field != name), parameter];
    }
}
