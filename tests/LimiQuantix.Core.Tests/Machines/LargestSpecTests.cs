using System.Text.Json;
using LimiQuantix.Core.Machines.Specs;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Tests.Machines;

/// <summary>What the validator lets through fits the transaction that stores a machine's intent.</summary>
[TestFixture]
internal sealed class LargestSpecTests
{
    // One character that JSON leaves alone, one that it escapes, one of three bytes.
    [TestCase('x')]
    [TestCase('"')]
    [TestCase('山')]
    public async Task Largest_spec_that_the_validator_lets_through_is_stored_and_made(char filler)
    {
        await using var platform = await Platform.StartAsync();
        var spec = Largest(platform.Spec(new string('n', 63)), filler);
        var options = new CreateOptions { IdempotencyKey = new string('k', 128) };

        var creation = await platform.LimiQuantix.Machines.CreateAsync(spec, options);
        var machine = await creation.CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(machine.Status.Phase, Is.EqualTo(MachinePhase.Ready));
        Assert.That(machine.Spec.CloudInit.RunCommands, Is.EqualTo(spec.CloudInit.RunCommands));
        Assert.That((await platform.LimiQuantix.Machines.CreateAsync(spec, options)).ResourceId, Is.EqualTo(machine.Id));

        var larger = spec with { Labels = new Dictionary<string, string>(spec.Labels) { ["l0"] = spec.Labels["l0"] + "x" } };
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.CreateAsync(larger with { Name = "larger" + new string('n', 57) }));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(thrown.Message, Does.Contain("768 KiB"));
    }

    // Every bounded list at its bound; the rest is commands, to the last byte.
    private static MachineSpec Largest(MachineSpec spec, char filler)
    {
        spec = spec with
        {
            Labels = Enumerable.Range(0, 64).ToDictionary(i => $"l{i}", _ => new string('v', 254)),
            Nics = [new NicSpec { Forwards = [.. Enumerable.Range(0, 64).Select(i => new PortForward { GuestPort = i + 1, HostAddress = "127.0.0.1" })] }],
            CloudInit = spec.CloudInit with { RunCommands = ["x"] },
        };
        while (Missing(spec) is var missing and > 0)
        {
            // With quotes and a comma; the last one is filled up with what takes one byte.
            var each = Bytes(filler.ToString()) - 2;
            var command = missing < 3 ? null : new string(filler, Math.Min(16384, (missing - 3) / each));
            if (missing >= 3 && missing - 3 - (command!.Length * each) < each && command.Length < 16384) command += new string('x', missing - 3 - (command.Length * each));
            spec = string.IsNullOrEmpty(command)
                ? spec with { CloudInit = spec.CloudInit with { RunCommands = ["x" + new string('y', missing), .. spec.CloudInit.RunCommands.Skip(1)] } }
                : spec with { CloudInit = spec.CloudInit with { RunCommands = [.. spec.CloudInit.RunCommands, command] } };
        }

        Assert.That(Missing(spec), Is.Zero);
        return spec;
    }

    private static int Missing(MachineSpec spec) => MachineSpecValidator.MaxStoredBytes - Bytes(spec);

    private static int Bytes<T>(T value) => StateJson.ToBytes(value).Length;
}
