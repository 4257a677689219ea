using System.Text;
using LimiQuantix.Guest.Agent;
using LimiQuantix.Guest.Agent.FileSystems;
using LimiQuantix.Guest.Agent.Machine;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Testing;

namespace LimiQuantix.Guest.Tests.Agent;

/// <summary>The texts that the agent reads in its guest.</summary>
public sealed class GuestTextFilesTests
{
    private const string Stat = "cpu  10 20 30 40 50 60 70 80 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\nintr 5\n";
    private const string MemInfo = "MemTotal:        2048 kB\nMemFree:          100 kB\nMemAvailable:    1024 kB\nSwapTotal: 0 kB\n";
    private const string MountInfo =
        "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n" +
        "30 22 0:25 / /proc rw - proc proc rw\n" +
        "40 22 254:16 / /srv/with\\040blank ro,noatime - xfs /dev/vdb ro\n" +
        "50 22 254:1 /srv /bind rw - ext4 /dev/vda1 rw\n" +
        "60 22 0:50 / /net rw - nfs4 host:/x rw\n";

    private const string DiskStats = " 254 0 vda 10 1 200 5 20 2 400 6 0 7 8\n   7 0 loop0 1 1 1 1 1 1 1 1 1 1 1\n";

    private const string Pressure = "some avg10=1.50 avg60=2.00 avg300=0.00 total=1000\nfull avg10=0.25 avg60=0.00 avg300=0.00 total=10\n";

    [Test]
    public void Times_of_processors_are_read()
    {
        (ProcessorTimes total, List<ProcessorTimes> each) = ProcFiles.Processors(Stat);

        Assert.That((total.User, total.Idle, total.Steal, total.Irq), Is.EqualTo((100ul, 400ul, 800ul, 1300ul)));
        Assert.That(each, Has.Count.EqualTo(1));
    }

    [Test]
    public void Memory_pressure_load_and_disks_are_read()
    {
        MemoryUse memory = ProcFiles.Memory(MemInfo);
        Pressure pressure = ProcFiles.Pressure(Pressure)!;
        List<DiskCounters> disks = ProcFiles.Disks(DiskStats, name => name == "vda");

        Assert.That((memory.Total, memory.Available), Is.EqualTo((2048ul << 10, 1024ul << 10)));
        Assert.That((pressure.Some10, pressure.Full10, pressure.SomeTotalUs), Is.EqualTo((1.5, 0.25, 1000ul)));
        Assert.That(ProcFiles.Pressure(null), Is.Null);
        Assert.That(ProcFiles.Load("0.50 1.25 2.00 3/456 789\n"), Is.EqualTo((0.5, 1.25, 2.0, 456u)));
        Assert.That(disks, Has.Count.EqualTo(1));
        Assert.That((disks[0].ReadBytes, disks[0].WrittenBytes, disks[0].BusyMs), Is.EqualTo((200ul * 512, 400ul * 512, 7ul)));
    }

    [Test]
    public void Mounts_are_read_with_blanks_in_their_names()
    {
        List<Mounts.Mount> mounts = [.. Mounts.Parse(MountInfo)];

        Assert.That(mounts.Select(m => m.Path), Is.EqualTo(new[] { "/", "/proc", "/srv/with blank", "/bind", "/net" }));
        Assert.That((mounts[2].IsReadOnly, mounts[2].Type, mounts[2].Number), Is.EqualTo((true, "xfs", "254:16")));
    }

    [Test]
    public void Release_file_is_read_with_and_without_quotes()
    {
        Dictionary<string, string> release = SystemFacts.OsRelease("# comment\nID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\nVERSION_ID='12'\n");

        Assert.That((release["ID"], release["PRETTY_NAME"], release["VERSION_ID"]), Is.EqualTo(("debian", "Debian GNU/Linux 12", "12")));
    }

    [TestCase("", "")]
    [TestCase("# nothing\n\n", "")]
    [TestCase("refuse = exec, files\nrefuse=power # too\n", "exec,files,power")]
    public void Policy_refuses_what_it_says(string text, string refused)
    {
        Policy policy = Policy.Parse(text, out _)!;

        Assert.That(Policy.Groups.Where(policy.Refuses), Is.EquivalentTo(refused.Split(',', StringSplitOptions.RemoveEmptyEntries)));
    }

    [TestCase("refuse exec")]
    [TestCase("allow = exec")]
    [TestCase("refuse = exce")]
    public void Policy_that_cannot_be_understood_is_told(string text)
    {
        Assert.That(Policy.Parse(text, out string? fault), Is.Null);
        Assert.That(fault, Is.Not.Empty);
    }

    [Test]
    public void Every_verb_belongs_to_a_group() =>
        Assert.That(Enum.GetValues<Request.VerbOneofCase>().Select(Policy.GroupOf).Distinct(), Is.SubsetOf(Policy.Groups));

    [Test]
    public void Damaged_texts_are_read_without_an_error()
    {
        int rounds = Soak.Rounds(20_000, 1_000_000);
        Random random = new(21);
        string[] texts = [Stat, MemInfo, MountInfo, DiskStats, Pressure, "0.50 1.25 2.00 3/456 789\n", "12345.67 1.0\n", "ID=debian\nNAME=\"x\"\n", "refuse = exec\n"];
        for (int round = 0; round < rounds; round++)
        {
            string text = Damage(texts[round % texts.Length], random);
            ProcFiles.Processors(text);
            ProcFiles.Memory(text);
            ProcFiles.Pressure(text);
            ProcFiles.Disks(text, _ => true);
            ProcFiles.Load(text);
            ProcFiles.Seconds(text);
            _ = Mounts.Parse(text).Count();
            SystemFacts.OsRelease(text);
            Policy.Parse(text, out _);
        }

        Soak.Note(rounds, "damaged texts for each reader of /proc, mounts, os-release and the policy in the guest agent");
    }

    private static string Damage(string text, Random random)
    {
        StringBuilder damaged = new(text);
        for (int i = random.Next(1, 6); i > 0 && damaged.Length > 0; i--)
        {
            int at = random.Next(damaged.Length);
            switch (random.Next(4))
            {
                case 0: damaged[at] = (char)random.Next(0, 300); break;
                case 1: damaged.Remove(at, random.Next(0, damaged.Length - at)); break;
                case 2: damaged.Insert(at, new string((char)random.Next('0', '9' + 1), 40)); break;
                default: damaged.Insert(at, text); break;
            }
        }

        return damaged.ToString();
    }
}
