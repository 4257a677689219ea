using System.Text;
using LimiQuantix.Guest.Tests.Support;

namespace LimiQuantix.Guest.Tests;

public sealed class ExecTests
{
    private AgentInProcess _agent = null!;
    private GuestSession _session = null!;

    [SetUp]
    public async Task Connect()
    {
        _agent = new AgentInProcess();
        _session = await _agent.ConnectAsync();
    }

    [TearDown]
    public async Task Disconnect()
    {
        await _session.DisposeAsync();
        await _agent.DisposeAsync();
    }

    [Test]
    public async Task Program_gives_its_outputs_and_exit_code()
    {
        GuestCommandResult result = await _session.Processes.RunAsync(["sh", "-c", "echo out; echo err >&2; exit 3"]);

        Assert.That((result.OutputText, result.ErrorText, result.ExitCode), Is.EqualTo(("out\n", "err\n", 3)));
        Assert.That(result.IsTruncated, Is.False);
    }

    [Test]
    public async Task Program_reads_its_input_to_the_end()
    {
        byte[] input = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i}\n")));

        GuestCommandResult result = await _session.Processes.RunAsync(new GuestCommand { Arguments = ["sha256sum"] }, input);

        Assert.That(result.OutputText, Does.StartWith(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input))));
    }

    [Test]
    public async Task Program_that_reads_nothing_does_not_hold_its_writer_up()
    {
        GuestCommandResult result = await _session.Processes.RunAsync(new GuestCommand { Arguments = ["true"] }, new byte[4 << 20]);

        Assert.That(result.ExitCode, Is.Zero);
    }

    [Test]
    public async Task Large_output_comes_whole_through_a_slow_reader()
    {
        await using GuestProcess process = await _session.Processes.StartAsync(new GuestCommand { Arguments = ["sh", "-c", "seq 1 300000"] });
        await Task.Delay(500);
        // Pings are answered although a window is full.
        Assert.That(await _session.PingAsync(), Is.LessThan(TimeSpan.FromSeconds(5)));
        using StreamReader reader = new(process.Output);
        string text = await reader.ReadToEndAsync();

        Assert.That(text.Split('\n')[299_999], Is.EqualTo("300000"));
        Assert.That((await process.WaitAsync()).ExitCode, Is.Zero);
    }

    [Test]
    public async Task User_folder_and_environment_are_those_asked_for()
    {
        GuestCommandResult result = await _session.Processes.RunAsync(
            new GuestCommand { Arguments = ["sh", "-c", "pwd; echo $GREETING; echo $PATH"], Directory = "/usr", Environment = new Dictionary<string, string> { ["GREETING"] = "hello" } }, default);

        Assert.That(result.OutputText, Does.StartWith("/usr\nhello\n").And.Contain("/usr/bin"));
    }

    [TestCase("no-such-program", GuestErrorCode.NotFound)]
    [TestCase("/no/such/program", GuestErrorCode.NotFound)]
    [TestCase("/etc/passwd", GuestErrorCode.NotExecutable)]
    public async Task Program_that_cannot_start_is_an_error_that_says_why(string program, GuestErrorCode code) =>
        Assert.That(await Failing.CodeOfAsync(() => _session.Processes.RunAsync([program])), Is.EqualTo(code));

    [Test]
    public async Task Signal_ends_a_program_and_is_told()
    {
        await using GuestProcess process = await _session.Processes.StartAsync(new GuestCommand { Arguments = ["sleep", "100"] });
        process.Signal("KILL");
        GuestExit exit = await process.WaitAsync();

        Assert.That((exit.ExitCode, exit.Signal), Is.EqualTo((137, "KILL")));
    }

    [Test]
    public async Task Program_whose_time_is_up_is_ended_with_all_it_started()
    {
        await using GuestProcess process = await _session.Processes.StartAsync(
            new GuestCommand { Arguments = ["sh", "-c", "sleep 100 & sleep 100"], Timeout = TimeSpan.FromMilliseconds(300) });
        GuestExit exit = await process.WaitAsync();

        Assert.That(exit.TimedOut, Is.True);
        Assert.That(exit.Signal, Is.EqualTo("TERM"));
    }

    [Test]
    public async Task Disposed_program_ends_in_the_guest()
    {
        GuestProcess process = await _session.Processes.StartAsync(new GuestCommand { Arguments = ["sleep", "1000"] });
        int id = process.ProcessId;
        Assert.That(Directory.Exists($"/proc/{id}"), Is.True);
        await process.DisposeAsync();

        await WaitForEndAsync(id);
    }

    [Test]
    public async Task Program_ends_when_its_host_is_gone()
    {
        GuestProcess process = await _session.Processes.StartAsync(new GuestCommand { Arguments = ["sleep", "1000"] });
        await _session.DisposeAsync();

        await WaitForEndAsync(process.ProcessId);
    }

    [Test]
    public async Task Output_that_a_grandchild_holds_does_not_hold_the_exit()
    {
        GuestCommandResult result = await _session.Processes.RunAsync(["sh", "-c", "sleep 30 & echo done"]);

        Assert.That(result.OutputText, Is.EqualTo("done\n"));
        Assert.That(result.Exit.IsTruncated, Is.True);
        Assert.That(result.ExitCode, Is.Zero);
    }

    [Test]
    public async Task Arguments_that_make_no_sense_are_refused_here()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _session.Processes.RunAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(() => _session.Processes.RunAsync(["a\0b"]));
        await Assert.ThrowsAsync<ArgumentException>(() => _session.Processes.StartAsync(new GuestCommand { Arguments = ["x"], DetachedId = "a", HasInput = true }));
    }

    [Test]
    public async Task Many_programs_leave_neither_process_nor_descriptor()
    {
        int rounds = LimiQuantix.Testing.Soak.Rounds(200, 100_000);
        await _session.Processes.RunAsync(["true"]);
        int before = Directory.GetFiles("/proc/self/fd").Length;
        for (int i = 0; i < rounds; i++)
            Assert.That((await _session.Processes.RunAsync(["true"])).ExitCode, Is.Zero);

        Assert.That(Directory.GetFiles("/proc/self/fd"), Has.Length.LessThan(before + 20));
        LimiQuantix.Testing.Soak.Note(rounds, "programs run by the guest agent without a descriptor left");
    }

    private static async Task WaitForEndAsync(int id)
    {
        for (int i = 0; i < 200 && Directory.Exists($"/proc/{id}"); i++)
            await Task.Delay(50);
        Assert.That(Directory.Exists($"/proc/{id}"), Is.False);
    }
}
