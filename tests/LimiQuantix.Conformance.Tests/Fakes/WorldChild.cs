using System.Diagnostics;
using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Machines;
using LimiQuantix.Testing;

namespace LimiQuantix.Conformance.Tests.Fakes;

/// <summary>A second process in a world's folder.</summary>
internal sealed class WorldChild : IAsyncDisposable
{
    public const string Argument = "world-child";

    private readonly Process _process;

    private WorldChild(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts a process that defines one machine after the other, until it is ended or so many are there.</summary>
    public static WorldChild Start(string folder, Guid installation, int count)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        foreach (var argument in new[] { Argument, folder, installation.ToString(), $"{count}" }) start.ArgumentList.Add(argument);
        // What a killed process leaves goes with the world's folder.
        start.Environment["TMPDIR"] = folder;
        return new WorldChild(Process.Start(start)!);
    }

    public static async Task<int> RunAsync(string[] args)
    {
        using var world = new FakeWorld(args[0]);
        await using var host = new SuiteHost(Guid.Parse(args[1]), instance: "fake");
        await using var hypervisor = FakeProviders.Hypervisor(host.Context, world);
        for (var number = 0; number < int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture); number++)
            await hypervisor.EnsureDefinedAsync(Machines.Definition(host.Context));
        return 0;
    }

    public async Task EndedAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        Assert.That(_process.ExitCode, Is.Zero);
    }

    public async Task KillAsync()
    {
        Signal.Kill(_process.Id);
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }
}
