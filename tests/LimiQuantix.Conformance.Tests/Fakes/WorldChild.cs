using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Testing;

namespace LimiQuantix.Conformance.Tests.Fakes;

/// <summary>What a second process in a world's folder does.</summary>
internal static class WorldChild
{
    public const string Argument = "world-child";

    /// <summary>Starts a process that defines one machine after the other, until it is ended or so many are there.</summary>
    public static ChildProcess Start(string folder, Guid installation, int count) =>
        new(temporaryFolder: folder, [Argument, folder, installation.ToString(), $"{count}"]);

    public static async Task<int> RunAsync(string[] args)
    {
        using var world = new FakeWorld(args[0]);
        await using var host = new SuiteHost(Guid.Parse(args[1]), instance: "fake");
        await using var hypervisor = FakeProviders.Hypervisor(host.Context, world);
        for (var number = 0; number < int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture); number++)
            await hypervisor.EnsureDefinedAsync(Machines.Definition(host.Context));
        return 0;
    }
}
