namespace LimiQuantix.Architecture.Tests;

/// <summary>The arrows: <c>plugins → Abstractions ← Providers, Images ← Core ← AspNetCore</c>. A new project is named here before it may reference anything.</summary>
internal static class AllowedReferences
{
    private const string Contract = "LimiQuantix.Abstractions";

    /// <summary>Libraries that know nothing of LimiQuantix.</summary>
    private static readonly string[] Foundations = ["LibvirtSharp", "LimiQuantix.Disks", "LimiQuantix.Guest", "LimiQuantix.Rfb", "Netlink", "Ovsdb"];

    /// <summary>Whether a name is one of ours.</summary>
    public static bool IsOurs(string name) =>
        name is "LimiQuantix" or "LibvirtSharp" or "Netlink" or "Ovsdb" || name.StartsWith("LimiQuantix.", StringComparison.Ordinal) || name.StartsWith("LibvirtSharp.", StringComparison.Ordinal);

    /// <summary>What a library may reference of ours.</summary>
    public static IReadOnlyList<string> Of(ProjectFile project) => (project.Area, project.Name) switch
    {
        ("plugins", _) => [Contract, .. Foundations],
        (_, Contract) => [],
        (_, "LibvirtSharp" or "LimiQuantix.Disks" or "LimiQuantix.Guest" or "LimiQuantix.Rfb" or "Netlink" or "Ovsdb") => [],
        (_, "LibvirtSharp.Ssh") => ["LibvirtSharp"],
        (_, "LimiQuantix.Providers") => [Contract],
        (_, "LimiQuantix.Images") => [Contract, "LimiQuantix.Disks", "LimiQuantix.Providers"],
        (_, "LimiQuantix.Core") => [Contract, "LimiQuantix.Disks", "LimiQuantix.Images", "LimiQuantix.Providers"],
        (_, "LimiQuantix.AspNetCore") => [Contract, "LimiQuantix.Core"],
        (_, "LimiQuantix.TestKit") => [Contract],
        (_, "LimiQuantix.Node") => [Contract, "LimiQuantix.Images", "LimiQuantix.Providers"],
        (_, "LimiQuantix") => [.. ProjectFile.Libraries.Select(p => p.Name)],
        _ => throw new InvalidOperationException($"{project.Name} is new: say in {nameof(AllowedReferences)} what it may reference."),
    };
}
