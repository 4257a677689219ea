using System.Globalization;

namespace LimiQuantix.Core.Resources;

/// <summary>Holds a resource to the generation that its caller expects.</summary>
internal static class ExpectedGeneration
{
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.VersionMismatch"/>: the resource has another generation.</exception>
    public static void Check(IResource resource, long? expected)
    {
        if (expected is null || expected == resource.Generation) return;
        throw new LimiQuantixException(
            ErrorCodes.VersionMismatch,
            string.Create(CultureInfo.InvariantCulture, $"'{resource.Name}' has generation {resource.Generation}, not {expected}."),
            "Read it again and decide anew.", resource.Id.ToString());
    }
}
