namespace Ovsdb.Tests;

internal sealed class OvsdbEndpointTests
{
    [TestCase("unix:/run/db.sock", "unix", "/run/db.sock", 0)]
    [TestCase("tcp:host:6641", "tcp", "host", 6641)]
    [TestCase("tcp:host", "tcp", "host", 6640)]
    [TestCase("ssl:[::1]:6642", "ssl", "::1", 6642)]
    [TestCase(" tcp:[fe80::1%eth0] ", "tcp", "fe80::1%eth0", 6640)]
    public void Endpoint_is_read(string text, string scheme, string host, int port)
    {
        var endpoint = OvsdbEndpoint.Parse(text);

        Assert.That((endpoint.Scheme, endpoint.Host, endpoint.Port), Is.EqualTo((scheme, host, port)));
        Assert.That(OvsdbEndpoint.Parse(endpoint.ToString()), Is.EqualTo(endpoint));
    }

    [TestCase("")]
    [TestCase("unix:")]
    [TestCase("/run/db.sock")]
    [TestCase("http://host")]
    [TestCase("tcp:")]
    [TestCase("tcp::6641")]
    [TestCase("tcp:::1:6641")]
    [TestCase("tcp:[::1")]
    [TestCase("tcp:[::1]6641")]
    [TestCase("tcp:host:0")]
    [TestCase("tcp:host:65536")]
    [TestCase("tcp:host:port")]
    [TestCase("ptcp:6641")]
    public void What_is_no_endpoint_is_told_with_what_would_be(string text) =>
        Assert.That(() => OvsdbEndpoint.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains("unix:/path, tcp:host:port"));

    [Test]
    public void Several_stand_between_commas() =>
        Assert.That(OvsdbEndpoint.ParseList("tcp:a:1, tcp:b:2,").Select(endpoint => endpoint.Host), Is.EqualTo(new[] { "a", "b" }));
}
