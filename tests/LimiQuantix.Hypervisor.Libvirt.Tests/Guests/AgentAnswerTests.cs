using System.Text;
using LimiQuantix.Hypervisor.Libvirt.Guests;
using LimiQuantix.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Guests;

[TestFixture]
public sealed class AgentAnswerTests
{
    private const string Interfaces = """
        {"return":[{"name":"lo","ip-addresses":[{"ip-address-type":"ipv4","ip-address":"127.0.0.1","prefix":8},{"ip-address":"::1"}]},
        {"name":"eth0","ip-addresses":[{"ip-address":"10.0.2.15"},{"ip-address":"fe80::1"},{"ip-address":"fd00::5"},{"ip-address":"169.254.1.1"},{"ip-address":"10.0.2.15"}]},
        {"name":"eth1"}]}
        """;

    [Test]
    public void Addresses_are_given_without_loopback_and_link_local() =>
        Assert.That(AgentAddresses.Read(AgentAnswer.Read(Interfaces)!.Return), Is.EqualTo(new[] { "10.0.2.15", "fd00::5" }));

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{\"error\":{}}")]
    [TestCase("{\"return\":")]
    public void What_is_no_answer_is_none(string text) => Assert.That(AgentAnswer.Read(text), Is.Null);

    [TestCase("{\"return\":{}}")]
    [TestCase("{\"return\":[1,null,{\"ip-addresses\":3},{\"ip-addresses\":[null,{\"ip-address\":7},{\"ip-address\":\"x; rm -rf\"}]}]}")]
    public void Nonsense_gives_no_address(string text) => Assert.That(AgentAddresses.Read(AgentAnswer.Read(text)!.Return), Is.Empty);

    [Test]
    public void File_piece_is_read_and_a_bigger_one_than_asked_for_refused()
    {
        string text = $"{{\"return\":{{\"count\":3,\"buf-b64\":\"{Convert.ToBase64String("abc"u8)}\",\"eof\":true}}}}";
        Assert.That(AgentFilePiece.TryRead(AgentAnswer.Read(text)!.Return, 3, out AgentFilePiece piece), Is.True);
        Assert.That(Encoding.UTF8.GetString(piece.Bytes.Span), Is.EqualTo("abc"));
        Assert.That(piece.IsEnd, Is.True);
        Assert.That(AgentFilePiece.TryRead(AgentAnswer.Read(text)!.Return, 2, out _), Is.False);
    }

    [TestCase("{\"return\":3}")]
    [TestCase("{\"return\":{\"buf-b64\":\"***\"}}")]
    [TestCase("{\"return\":{\"buf-b64\":null}}")]
    public void Nonsense_is_no_piece(string text) => Assert.That(AgentFilePiece.TryRead(AgentAnswer.Read(text)!.Return, 100, out _), Is.False);

    [Test]
    public void Whatever_a_guest_sends_nothing_is_thrown()
    {
        int rounds = Soak.Rounds(20_000, 2_000_000);
        var random = new Random(20_260_701);
        byte[] seed = Encoding.UTF8.GetBytes(Interfaces);
        for (int round = 0; round < rounds; round++)
        {
            byte[] mutant = [.. seed];
            for (int change = random.Next(1, 8); change > 0; change--)
                mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            string text = Encoding.UTF8.GetString(mutant.AsSpan(0, random.Next(mutant.Length + 1)));
            if (AgentAnswer.Read(text) is not { } answer)
                continue;
            Assert.That(AgentAddresses.Read(answer.Return), Has.Count.LessThanOrEqualTo(256));
            AgentFilePiece.TryRead(answer.Return, 10, out _);
        }

        Soak.Note(rounds, "answers of a guest agent");
    }
}
