using System.Xml;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>Which text may go into a domain's XML. Escaping is the XML writer's; this refuses what no XML can carry or no person means.</summary>
internal static class XmlText
{
    /// <summary>What is wrong with the text, as the end of a sentence; <see langword="null"/> when nothing is.</summary>
    public static string? Problem(string? text, int maximumLength)
    {
        if (string.IsNullOrEmpty(text))
            return "is empty";
        if (text.Length > maximumLength)
            return $"is longer than {maximumLength} characters";
        for (int index = 0; index < text.Length; index++)
        {
            char current = text[index];
            if (char.IsControl(current))
                return $"has the control character U+{(int)current:X4}";
            if (index + 1 < text.Length && char.IsSurrogatePair(current, text[index + 1]))
                index++;
            else if (!XmlConvert.IsXmlChar(current))
                return $"has U+{(int)current:X4}, which is no character";
        }

        return null;
    }

    /// <summary>As <see cref="Problem"/>, for an absolute path on the node.</summary>
    public static string? PathProblem(string? path)
    {
        if (Problem(path, 4095) is { } problem)
            return problem;
        return path![0] != '/' ? "is not an absolute path" : path.Split('/').Contains("..") ? "has a '..' in it" : null;
    }

    /// <summary>As <see cref="Problem"/>, for the path of a unix socket: <c>sun_path</c> holds 107 bytes (unix(7)).</summary>
    public static string? SocketProblem(string? path) =>
        PathProblem(path) ?? (System.Text.Encoding.UTF8.GetByteCount(path!) > 107 ? "is longer than the 107 bytes of a unix socket's path" : null);

    /// <summary>As <see cref="Problem"/>, for the name of a network interface (Linux: 15 bytes, no slash, no space).</summary>
    public static string? InterfaceProblem(string? name) =>
        Problem(name, 15)
        ?? (name!.All(c => c is > ' ' and < '\x7f' and not ('/' or ':')) && name is not ("." or "..") ? null : "is no name of a network interface");
}
