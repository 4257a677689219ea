using System.Reflection;
using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;
using LibvirtSharp.Xdr;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Xdr;

/// <summary>Every structure of the protocol is read from bytes that are wrong. Each input is one structure and one buffer.</summary>
internal sealed class DecoderFuzzTests
{
    private delegate object Decode(ref XdrReader reader);

    private static readonly Decode[] Decoders = [.. Structures().Select(Decoder), .. Enum.GetValues<RemoteProcedure>().Where(IsMessage).Select(Message)];

    [Test]
    public void Decoder_throws_only_its_own_error_and_takes_no_memory_for_what_is_not_there()
    {
        int inputs = Soak.Rounds(60_000, 3_000_000);
        var random = new Random(20260701);
        int read = 0;
        int refused = 0;
        byte[] buffer = new byte[512];
        long before = GC.GetTotalAllocatedBytes();
        for (int i = 0; i < inputs; i++)
        {
            Span<byte> input = buffer.AsSpan(0, random.Next(buffer.Length));
            Fill(random, input);
            var reader = new XdrReader(input);
            try
            {
                Decoders[random.Next(Decoders.Length)](ref reader);
                read++;
            }
            catch (XdrException)
            {
                refused++;
            }
        }
        TestContext.Out.WriteLine($"{inputs} inputs: {read} read, {refused} refused, {(GC.GetTotalAllocatedBytes() - before) / inputs} bytes an input");
        Assert.That(Decoders, Has.Length.GreaterThan(180));
        Assert.That(read, Is.GreaterThan(inputs / 20));
        Assert.That(refused, Is.GreaterThan(inputs / 20));
        Assert.That((GC.GetTotalAllocatedBytes() - before) / inputs, Is.LessThan(64 * 1024));
        Soak.Note(inputs, "inputs to LibvirtSharp's decoder");
    }

    [Test]
    public void Header_and_error_of_any_bytes_are_read_or_refused()
    {
        var random = new Random(7);
        byte[] buffer = new byte[80];
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            Fill(random, buffer);
            MessageHeader.Read(buffer);
            try
            {
                var reader = new XdrReader(buffer.AsSpan(0, random.Next(buffer.Length)));
                Assert.That(RemoteErrorReader.Read(ref reader, "x").Procedure, Is.EqualTo("x"));
                read++;
            }
            catch (XdrException)
            {
                refused++;
            }
        }
        Assert.That(Math.Min(read, refused), Is.Positive);
    }

    /// <summary>Random bytes are almost always refused at once; small numbers reach deeper.</summary>
    private static void Fill(Random random, Span<byte> input)
    {
        if (random.Next(4) == 0)
        {
            random.NextBytes(input);
            return;
        }
        input.Clear();
        for (int i = 3; i < input.Length; i += 4)
            input[i] = (byte)random.Next(random.Next(8) + 1);
        for (int flips = random.Next(4); flips > 0 && input.Length > 0; flips--)
            input[random.Next(input.Length)] = (byte)random.Next(256);
    }

    private static IEnumerable<MethodInfo> Structures() =>
        typeof(DomainRef).Assembly.GetTypes().Where(type => type.Namespace == typeof(DomainRef).Namespace)
            .Select(type => type.GetMethod("Read", BindingFlags.Static | BindingFlags.NonPublic)).OfType<MethodInfo>();

    private static Decode Decoder(MethodInfo read) =>
        (Decode)typeof(DecoderFuzzTests).GetMethod(nameof(Boxed), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(read.ReturnType).Invoke(null, [read])!;

    private static Decode Boxed<T>(MethodInfo method)
    {
        XdrRead<T> read = method.CreateDelegate<XdrRead<T>>();
        return (ref XdrReader reader) => read(ref reader)!;
    }

    private static bool IsMessage(RemoteProcedure procedure)
    {
        var zeros = new XdrReader(new byte[4096]);
        return RemoteProgram.ReadMessage((int)procedure, ref zeros) is not null;
    }

    private static Decode Message(RemoteProcedure procedure) => (ref XdrReader reader) => RemoteProgram.ReadMessage((int)procedure, ref reader)!;
}
