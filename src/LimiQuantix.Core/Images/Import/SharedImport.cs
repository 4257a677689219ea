using LimiQuantix.Images;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Images.Import;

/// <summary>One running import and who listens to it.</summary>
internal sealed class SharedImport
{
    public event Action<OperationProgress>? Progressed;

    /// <summary>What came of it; null when it was cancelled or failed.</summary>
    public TaskCompletionSource<StoredImage?> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Report(OperationProgress progress) => Progressed?.Invoke(progress);
}
