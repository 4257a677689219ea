using System.Text;
using LimiQuantix.Conformance;
using LimiQuantix.Hypervisor.Libvirt.Consoles;
using LimiQuantix.Machines;

namespace LimiQuantix.Hypervisor.Libvirt.Tests;

[TestFixture]
public sealed class SerialLogReaderTests
{
    private static readonly Guid Machine = Guid.CreateVersion7();
    private TestHost _host = null!;
    private SerialLogReader _log = null!;

    [SetUp]
    public void SetUp()
    {
        _host = new TestHost();
        _log = new SerialLogReader(_host.Context);
        string folder = Directory.CreateDirectory(Path.Combine(_host.MachineFolder(Machine), "console")).FullName;
        File.WriteAllText(Path.Combine(folder, "serial.log"), "0123456789");
    }

    [TearDown]
    public async Task TearDownAsync() => await _host.DisposeAsync();

    [TestCase(0, "0123", 4)]
    [TestCase(8, "89", 10)]
    [TestCase(10, "", 10)]
    [TestCase(-3, "789", 10)]
    [TestCase(-100, "0123", 4)]
    [TestCase(11, "0123", 4)]
    [TestCase(long.MaxValue, "0123", 4)]
    [TestCase(long.MinValue, "0123", 4)]
    public async Task Reading_begins_where_asked(long offset, string text, long next)
    {
        SerialLogChunk chunk = await _log.ReadSerialLogAsync(Machine, offset, 4);
        Assert.That(Encoding.ASCII.GetString(chunk.Bytes.Span), Is.EqualTo(text));
        Assert.That(chunk.NextOffset, Is.EqualTo(next));
    }

    [Test]
    public void Unknown_machine_is_not_found() => Assert.That(
        async () => await _log.ReadSerialLogAsync(Guid.NewGuid(), 0, 4),
        Throws.InstanceOf<LimiQuantixException>().With.Property(nameof(LimiQuantixException.Code)).EqualTo(ErrorCodes.NotFound));
}
