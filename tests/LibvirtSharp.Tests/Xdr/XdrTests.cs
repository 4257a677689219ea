using LibvirtSharp.Protocol;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Tests.Xdr;

internal sealed class XdrTests
{
    [Test]
    public void Values_have_the_bytes_of_the_standard()
    {
        var writer = new XdrWriter();
        writer.Reset(0, 0, 0);
        writer.Int(-2);
        writer.UHyper(0x0102030405060708);
        writer.Double(1.5);
        writer.String("hé", 10);
        writer.Opaque([1, 2, 3, 4], 4);
        writer.Chars([0xff, 2], 4);
        writer.Optional(true);
        writer.Uuid(new Guid("00112233-4455-6677-8899-aabbccddeeff"));
        Assert.That(Convert.ToHexString(writer.Written), Is.EqualTo(
            "FFFFFFFE" + "0102030405060708" + "3FF8000000000000" + "0000000368C3A900" + "0000000401020304" + "00000002FFFFFFFF00000002" + "00000001"
            + "00112233445566778899AABBCCDDEEFF"));

        var reader = new XdrReader(writer.Written);
        Assert.That(reader.Int(), Is.EqualTo(-2));
        Assert.That(reader.UHyper(), Is.EqualTo(0x0102030405060708));
        Assert.That(reader.Double(), Is.EqualTo(1.5));
        Assert.That(reader.String(10), Is.EqualTo("hé"));
        Assert.That(reader.Opaque(4), Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
        Assert.That(reader.Chars(4), Is.EqualTo(new byte[] { 0xff, 2 }));
        Assert.That(reader.Optional(), Is.True);
        Assert.That(reader.Uuid(), Is.EqualTo(new Guid("00112233-4455-6677-8899-aabbccddeeff")));
        reader.End();
    }

    // An attribute cannot hold these: the compiler writes its texts as UTF-8.
    private static readonly string[] NoTexts = ["half \ud83d of a pair", "\udc00", "reversed \udc00\ud800", "a\0b"];

    [Test]
    public void Text_that_would_arrive_as_another_is_refused([Range(0, 3)] int which)
    {
        string text = NoTexts[which];
        var writer = new XdrWriter();
        writer.Reset(0, 0, 0);
        Assert.That(() => writer.String(text, 100), Throws.TypeOf<ArgumentException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo("text"));
        Assert.That(writer.Length, Is.Zero);
        writer.String("whole \ud83d\ude00", 100);
        Assert.That(new XdrReader(writer.Written).String(100), Is.EqualTo("whole \ud83d\ude00"));
    }

    [Test]
    public void Count_is_held_against_the_bytes_before_memory_is_taken()
    {
        byte[] bytes = [0, 0, 0x40, 0, 1, 2, 3, 4]; // 16384 domains in four bytes
        XdrException error = Assert.Throws<XdrException>(() =>
        {
            var reader = new XdrReader(bytes);
            reader.Array(16384, 24, DomainRef.Read);
        })!;
        Assert.That(error.Message, Does.Contain("16384"));
    }

    [Test]
    public void Typed_parameters_of_every_type_come_back_as_they_were()
    {
        TypedParameter[] parameters =
        [
            new("i", -1), new("u", 2u), new("l", -3L), new("ul", ulong.MaxValue), new("d", 0.25), new("b", true), new("s", "text"),
        ];
        var writer = new XdrWriter();
        writer.Reset(0, 0, 0);
        foreach (TypedParam wire in TypedParameter.ToWire(parameters))
            wire.Write(writer);
        var reader = new XdrReader(writer.Written);
        var read = new TypedParam[parameters.Length];
        for (int i = 0; i < read.Length; i++)
            read[i] = TypedParam.Read(ref reader);
        reader.End();
        Assert.That(TypedParameter.FromWire(read).Select(parameter => (parameter.Name, parameter.Value)),
            Is.EqualTo(parameters.Select(parameter => (parameter.Name, parameter.Value))));
        Assert.Throws<ArgumentException>(() => _ = new TypedParameter("x", DateTime.MinValue));
    }
}
