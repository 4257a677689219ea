using System.Globalization;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Resources;

/// <summary>Holds a caller to the version it expects.</summary>
internal static class ExpectedVersion
{
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>: the resource has another version.</exception>
    public static void Check<T>(Stored<T> stored, OperationOptions? options) where T : class, IResource
    {
        if (options?.ExpectedVersion is { } expected && expected != stored.Version)
        {
            throw new LimiQuantixException(
                ErrorCodes.Conflict, string.Create(CultureInfo.InvariantCulture, $"'{stored.Value.Name}' has version {stored.Version}, not {expected}."),
                "Read it again and decide anew.", stored.Value.Id.ToString());
        }
    }
}
