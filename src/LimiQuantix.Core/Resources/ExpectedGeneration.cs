using System.Globalization;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Resources;

/// <summary>Holds a resource to the generation that its caller expects.</summary>
internal static class ExpectedGeneration
{
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.VersionMismatch"/>: the resource has another generation.</exception>
    public static void Check<T>(Stored<T> stored, OperationOptions? options) where T : class, IResource
    {
        if (options?.ExpectedGeneration is { } expected && expected != stored.Value.Generation)
        {
            throw new LimiQuantixException(
                ErrorCodes.VersionMismatch, string.Create(CultureInfo.InvariantCulture, $"'{stored.Value.Name}' has generation {stored.Value.Generation}, not {expected}."),
                "Read it again and decide anew.", stored.Value.Id.ToString());
        }
    }
}
