using Google.Protobuf;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Testing;

namespace LimiQuantix.Guest.Tests.Wire;

/// <summary>What a guest may put into a right frame: damaged messages become values within their bounds or the protocol's error.</summary>
public sealed class MessageFuzzTests
{
    [Test]
    public void Damaged_messages_are_bounded_values_or_a_breach_of_the_protocol()
    {
        int rounds = Soak.Rounds(10_000, 1_000_000);
        Random random = new(5);
        Close[] whole =
        [
            new Close { Telemetry = LimiQuantix.Guest.Agent.Machine.TelemetryVerb.Read() },
            new Close { Info = LimiQuantix.Guest.Agent.Machine.SystemFacts.Info() },
            new Close { Stat = new FileEntry { Path = "/x", Type = FileType.Symlink, Size = 7, Mode = 0xFFF, LinkTarget = "y", ModifiedUnixMs = -5 } },
            new Close { Exec = new ExecResult { ExitCode = 3, Signal = "TERM", DurationMs = 9 }, Status = new Status { Code = Code.NotFound, Message = "m", Errno = "ENOENT" } },
        ];
        for (int round = 0; round < rounds; round++)
        {
            byte[] bytes = whole[round % whole.Length].ToByteArray();
            for (int i = random.Next(1, 8); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            Close close;
            try
            {
                close = GuestSession.Parse(Close.Parser, bytes);
            }
            catch (GuestException e)
            {
                Assert.That(e.Code, Is.EqualTo(GuestErrorCode.ProtocolViolation));
                continue;
            }

            if (close.Status is { } status)
                Assert.That(GuestException.Of(status).Message, Has.Length.LessThan(1100));
            if (close.Telemetry is { } telemetry)
                Check(GuestTelemetry.Of(telemetry, DateTimeOffset.UnixEpoch));
            if (close.Stat is { } entry)
                Assert.That(GuestFileEntry.Of(entry).Size, Is.GreaterThanOrEqualTo(0));
            if (close.Exec is { } exec)
                Assert.That(GuestExit.Of(exec).Signal?.Length ?? 0, Is.LessThanOrEqualTo(17 + 5));
        }

        Soak.Note(rounds, "damaged answers of a guest turned into values");
    }

    [Test]
    public void Names_of_trees_lead_below_the_root_or_nowhere()
    {
        int rounds = Soak.Rounds(50_000, 1_000_000);
        Random random = new(6);
        string[] parts = ["a", "..", ".", "", "/", "\\", "C:", "\0", "\n", "ä", "\ud800", new string('x', 300), "..a", "a..", " "];
        for (int round = 0; round < rounds; round++)
        {
            string name = string.Join(random.Next(2) == 0 ? "/" : "", Enumerable.Range(0, random.Next(0, 6)).Select(_ => parts[random.Next(parts.Length)]));
            if (Client.TreeNames.Parts(name, out string reason) is { } good)
            {
                string full = Path.GetFullPath(Path.Combine("/root-of-copy", string.Join('/', good)));
                Assert.That(full, Does.StartWith("/root-of-copy/"), name);
            }
            else
            {
                Assert.That(reason, Is.Not.Empty);
            }
        }

        Soak.Note(rounds, "names of a guest's tree judged");
    }

    private static void Check(GuestTelemetry telemetry)
    {
        Assert.That(telemetry.Interfaces, Has.Count.LessThanOrEqualTo(32));
        Assert.That(telemetry.Mounts, Has.Count.LessThanOrEqualTo(64));
        Assert.That(telemetry.Memory.AvailableBytes, Is.LessThanOrEqualTo(Math.Max(0, telemetry.Memory.TotalBytes)));
        Assert.That(telemetry.Load.One, Is.InRange(0, 1_000_000));
    }
}
