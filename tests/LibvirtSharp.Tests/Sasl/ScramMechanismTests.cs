using System.Net;
using System.Text;
using LibvirtSharp.Sasl;

namespace LibvirtSharp.Tests.Sasl;

internal sealed class ScramMechanismTests
{
    private const string ServerFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    [Test]
    public void Exchange_is_the_one_of_RFC_7677()
    {
        ScramMechanism scram = Example();
        Assert.That(Text(scram.Start()), Is.EqualTo("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
        Assert.That(Text(scram.Answer(Encoding.UTF8.GetBytes(ServerFirst))), Is.EqualTo(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
        Assert.That(scram.IsComplete, Is.False);
        scram.Answer("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="u8);
        Assert.That(scram.IsComplete, Is.True);
    }

    [Test]
    public void Server_that_does_not_know_the_password_is_refused()
    {
        ScramMechanism scram = Example();
        scram.Start();
        scram.Answer(Encoding.UTF8.GetBytes(ServerFirst));
        LibvirtException error = Assert.Throws<LibvirtException>(() => scram.Answer("v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="u8))!;
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed));
        Assert.That(scram.IsComplete, Is.False);
    }

    [TestCase("")]
    [TestCase("r=other,s=W22Z,i=4096")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqO,s=W22Z,i=4096")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOx,s=%%%,i=4096")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=0")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=2000000000")]
    [TestCase("m=needed," + ServerFirst)]
    [TestCase(ServerFirst + ",m=needed")]
    public void Challenge_that_is_none_is_refused(string challenge)
    {
        ScramMechanism scram = Example();
        scram.Start();
        Assert.Throws<LibvirtException>(() => scram.Answer(Encoding.UTF8.GetBytes(challenge)));
    }

    [Test]
    public void Challenge_of_any_bytes_is_answered_or_refused()
    {
        var random = new Random(3);
        int answered = 0;
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            ScramMechanism scram = Example();
            scram.Start();
            byte[] challenge = Encoding.UTF8.GetBytes(ServerFirst.Replace("4096", "1", StringComparison.Ordinal));
            for (int flips = random.Next(1, 5); flips > 0; flips--)
                challenge[random.Next(challenge.Length)] = (byte)random.Next(256);
            try
            {
                Assert.That(scram.Answer(challenge), Is.Not.Empty);
                answered++;
            }
            catch (LibvirtException error)
            {
                Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed));
                refused++;
            }
        }
        Assert.That(Math.Min(answered, refused), Is.GreaterThan(10));
    }

    [Test]
    public void Strongest_mechanism_is_chosen_and_a_password_is_not_sent_in_the_clear()
    {
        var credential = new NetworkCredential("user", "pencil");
        Assert.That(SaslAuthentication.Choose("PLAIN,SCRAM-SHA-256", credential, isPrivate: true), Is.TypeOf<ScramMechanism>());
        Assert.That(SaslAuthentication.Choose("LOGIN PLAIN", credential, isPrivate: true), Is.TypeOf<PlainMechanism>());
        Assert.Throws<LibvirtException>(() => SaslAuthentication.Choose("PLAIN", credential, isPrivate: false));
        Assert.Throws<LibvirtException>(() => SaslAuthentication.Choose("GSSAPI", credential, isPrivate: true));
        Assert.Throws<LibvirtException>(() => SaslAuthentication.Choose("PLAIN", null, isPrivate: true));
    }

    private static ScramMechanism Example() => new(new NetworkCredential("user", "pencil"), "rOprNGfwEbeRWgbNEkqO");

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
