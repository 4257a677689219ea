using System.Text.Json.Nodes;
using LimiQuantix.Core.Resources;
using LimiQuantix.Images;

namespace LimiQuantix.Core.Images;

/// <summary>An image as it is stored: the contract's image and what only the engine knows of it.</summary>
internal sealed record ImageDocument : ResourceDocument
{
    public required ImageSpec Spec { get; init; }

    public required ImagePhase Phase { get; init; }

    /// <summary>Names the source exactly without showing it.</summary>
    public required string SourceKey { get; init; }

    /// <summary>The SHA-256 of the file in the library; noted before the file is moved there, so that nobody deletes it as unused.</summary>
    public ImageDigest? Digest { get; init; }

    public DiskFormat Format { get; init; }

    public long SizeBytes { get; init; }

    public long VirtualSizeBytes { get; init; }

    public LimiQuantixError? Error { get; init; }

    /// <summary>The image as hosts see it.</summary>
    public Image ToImage(Stored<ImageStatusDocument>? stored)
    {
        // What was seen of another phase says nothing of this one.
        var seen = stored?.Value.Phase == Phase ? stored.Value : null;
        return new Image
        {
            Id = Id,
            Project = Project,
            Creator = Creator,
            Sharing = Sharing,
            Name = Name,
            Version = Math.Max(Version, stored?.Version ?? 0),
            Generation = Generation,
            Labels = Labels,
            CreatedAt = CreatedAt,
            Spec = Spec,
            Status = new ImageStatus
            {
                Phase = Phase,
                Digest = Phase == ImagePhase.Ready ? Digest : null,
                Format = Phase == ImagePhase.Ready ? Format : DiskFormat.Unknown,
                SizeBytes = SizeBytes,
                VirtualSizeBytes = VirtualSizeBytes,
                Progress = Phase == ImagePhase.Importing ? seen?.Progress : null,
                Error = Error ?? seen?.ObservationError ?? (seen?.IsMissing == true ? Missing() : null),
                IsStale = seen?.ObservationError is not null,
                ObservedAt = seen?.ObservedAt,
                AppliedGeneration = Phase == ImagePhase.Ready ? Generation : 0,
            },
        };
    }

    private LimiQuantixError Missing() => new()
    {
        Code = ErrorCodes.NotFound,
        Message = "The image's file is not in the image store: somebody took it out, or it was damaged.",
        Remedy = "Ensure or import the image again: it is fetched anew.",
        Target = Id.ToString(),
    };

    /// <summary>Schema 2: what was wanted is a member of its own.</summary>
    public static void Upcast(JsonObject document, int schema)
    {
        if (schema < 2) DocumentSchema.Nest(document, "spec", "source", "expectedDigest", "catalogId", "operatingSystem");
    }
}
