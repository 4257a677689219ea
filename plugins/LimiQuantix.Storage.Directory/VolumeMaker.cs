using LimiQuantix.Disks;
using LimiQuantix.Images;
using Microsoft.Win32.SafeHandles;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Storage.Directory;

/// <summary>Makes volumes with qemu-img in the temporary area and publishes them under their names.</summary>
internal sealed class VolumeMaker(
    PoolFolder folder, TemporaryArea area, BaseUse bases, VolumeMarks marks, SpaceGuard space, PoolImages images, DirectoryStorageOptions options, ILogger logger)
{
    /// <summary>What an empty qcow2 file takes, with room for its first clusters.</summary>
    private const long EmptyVolume = 1 << 20;

    public async Task<VolumeObservation> EnsureAsync(VolumeDefinition definition, ProviderCall call, CancellationToken cancellationToken)
    {
        Guid volumeId = definition.Ownership.ResourceId;
        marks.Admit(call, volumeId);
        if (folder.FindVolume(volumeId) is { } existing)
            return Compare(existing.Observe(), definition) with { Mark = marks.Keep(call, volumeId) };
        if (definition.Source is not BaseVolumeSource { Digest: var digest })
            return await MakeAsync(definition, source: null, call, cancellationToken).ConfigureAwait(false);
        BaseFile source = bases.Take(digest) ?? throw new LimiQuantixException(
            ErrorCodes.NotFound, $"The pool has no base {digest}.", "Write the base first.", digest.ToString());
        bool made = false;
        try
        {
            VolumeObservation observation = await MakeAsync(definition, source, call, cancellationToken).ConfigureAwait(false);
            made = true;
            return observation;
        }
        finally
        {
            bases.Release(digest, made);
        }
    }

    /// <summary>Makes a volume larger, in its place: qemu-img takes QEMU's lock of the file, and writes its new size last.</summary>
    public async Task<VolumeObservation> GrowAsync(Guid volumeId, long sizeBytes, ProviderCall call, CancellationToken cancellationToken)
    {
        marks.Admit(call, volumeId);
        VolumeFile volume = folder.FindVolume(volumeId) ?? throw new LimiQuantixException(
            ErrorCodes.NotFound, "The pool has no such volume.", target: volumeId.ToString());
        long before = volume.Observe().SizeBytes;
        if (sizeBytes < before)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"The volume has {before} bytes, and would lose some with {sizeBytes}.", $"Ask for at least {before}.", volumeId.ToString());
        }

        if (sizeBytes > before)
        {
            space.Demand(EmptyVolume);
            ProviderMark mark = marks.Keep(call, volumeId);
            await images.GrowAsync(volume.Path, sizeBytes, cancellationToken).ConfigureAwait(false);
            using (SafeFileHandle file = File.OpenHandle(volume.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
                RandomAccess.FlushToDisk(file);
            logger.VolumeGrown(volumeId, before, sizeBytes);
            return volume.Observe() with { Mark = mark };
        }

        return volume.Observe() with { Mark = marks.Keep(call, volumeId) };
    }

    private static ImageDigest? BaseOf(VolumeDefinition definition) => (definition.Source as BaseVolumeSource)?.Digest;

    private static VolumeObservation Compare(VolumeObservation observed, VolumeDefinition wanted)
    {
        if (observed.SizeBytes == wanted.SizeBytes && observed.BaseDigest == BaseOf(wanted))
            return observed;
        throw new LimiQuantixException(
            ErrorCodes.Conflict,
            $"The volume exists with {observed.SizeBytes} bytes and base {observed.BaseDigest?.ToString() ?? "none"}, "
            + $"not {wanted.SizeBytes} bytes and base {BaseOf(wanted)?.ToString() ?? "none"}.",
            "Use another id, or delete the volume first.",
            observed.VolumeId.ToString());
    }

    private async Task<VolumeObservation> MakeAsync(VolumeDefinition definition, BaseFile? source, ProviderCall call, CancellationToken cancellationToken)
    {
        Guid volumeId = definition.Ownership.ResourceId;
        bool copy = source is not null && options.FullCopies;
        if (source is not null && source.ReadVirtualSize() is var baseSize && baseSize > definition.SizeBytes)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument,
                $"The volume has {definition.SizeBytes} bytes and its base {baseSize}.",
                $"Ask for at least {baseSize} bytes.",
                nameof(definition.SizeBytes));
        }
        space.Demand(copy ? new FileInfo(source!.Path).Length : EmptyVolume);
        VolumeFile volume = new()
        {
            VolumeId = volumeId,
            Path = folder.Combine(PoolName.Volume(volumeId, copy ? source!.Digest : null)),
            Copied = copy ? source!.Digest : null,
        };
        string temporary = area.NewPath();
        try
        {
            if (copy)
                await images.CopyAsync(source!, temporary, definition.SizeBytes, cancellationToken).ConfigureAwait(false);
            else
                await images.CreateAsync(temporary, definition.SizeBytes, source, cancellationToken).ConfigureAwait(false);
            return Publish(temporary, volume, definition, call);
        }
        finally
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
    }

    private VolumeObservation Publish(string temporary, VolumeFile volume, VolumeDefinition definition, ProviderCall call)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(temporary, options.VolumeMode);
        // Making the image took its time: the engine may have been superseded meanwhile.
        ProviderMark mark = marks.Keep(call, volume.VolumeId);
        try
        {
            DurableFile.Publish(temporary, volume.Path);
        }
        catch (IOException) when (File.Exists(temporary) && File.Exists(volume.Path))
        {
            return Compare(volume.Observe(), definition) with { Mark = mark }; // A call with the same id was faster.
        }
        logger.VolumeMade(volume.VolumeId, definition.SizeBytes, BaseOf(definition));
        return volume.Observe() with { Mark = mark };
    }
}
