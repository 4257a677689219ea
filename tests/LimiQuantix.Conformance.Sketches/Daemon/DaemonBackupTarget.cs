using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Sketches.Daemon;

/// <summary>A backup target that only a node reaches, over the daemon: what is put goes along as chunks.</summary>
public sealed class DaemonBackupTarget(INodeLine line) : DaemonProvider(line), IBackupTarget
{
    private readonly INodeLine line = line;

    protected override string Service => nameof(IBackupTarget);

    public Task<PutBackupObjectResult> PutAsync(PutBackupObjectRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<PutBackupObjectResult>(Service, nameof(PutAsync), request, cancellationToken);

    public Task<FindBackupObjectResult> FindAsync(FindBackupObjectRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<FindBackupObjectResult>(Service, nameof(FindAsync), request, cancellationToken);

    public Task<Stream> OpenAsync(ReadBackupObjectRequest request, CancellationToken cancellationToken = default) =>
        line.OpenAsync<Stream>(Service, nameof(OpenAsync), request, cancellationToken);

    public IAsyncEnumerable<BackupObject> ListAsync(ListBackupObjectsRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<BackupObject>(Service, nameof(ListAsync), request, cancellationToken);

    public Task<BackupObject> RetainAsync(RetainBackupObjectRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<BackupObject>(Service, nameof(RetainAsync), request, cancellationToken);

    public Task<DeleteBackupObjectResult> DeleteAsync(DeleteBackupObjectRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<DeleteBackupObjectResult>(Service, nameof(DeleteAsync), request, cancellationToken);
}
