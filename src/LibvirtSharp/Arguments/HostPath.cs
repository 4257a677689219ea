using System.Runtime.CompilerServices;

namespace LibvirtSharp;

/// <summary>Files of the host, which the daemon opens.</summary>
internal static class HostPath
{
    /// <summary>The path, which has to be absolute: the daemon takes any other from its own folder, which is mostly the root.</summary>
    /// <exception cref="ArgumentException">It is not absolute.</exception>
    public static string Absolute(string path, [CallerArgumentExpression(nameof(path))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(path, name);
        return path.StartsWith('/')
            ? path
            : throw new ArgumentException($"'{path}' is not absolute. It is the daemon that opens the file, in whose folder it would lie.", name);
    }

    /// <summary>As <see cref="Absolute"/>, of the parameter <c>file</c>.</summary>
    /// <exception cref="ArgumentException">It is absent or not absolute.</exception>
    public static void RefuseRelativeFile(ReadOnlySpan<TypedParameter> parameters)
    {
        foreach (TypedParameter parameter in parameters)
        {
            if (parameter is { Name: "file", Value: string path })
            {
                _ = Absolute(path, nameof(parameters));
                return;
            }
        }
        throw new ArgumentException("The parameter 'file' names the file of the host; it is absent.", nameof(parameters));
    }
}
