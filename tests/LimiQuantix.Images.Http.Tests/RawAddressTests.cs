using System.Net;
using System.Net.Sockets;
using System.Text;
using LimiQuantix.Conformance;

namespace LimiQuantix.Images.Http.Tests;

/// <summary>What is really sent, looked at by a server that is no HTTP library.</summary>
internal sealed class RawAddressTests
{
    [TestCase("/a%20b/%7Ec/%2e%2E/d%2Fe/../f?key=a%7Eb%2Dc%41&Signature=%2b%2B+/=~-._'()*!", null)]
    [TestCase("/a//b/./c;x=1,2:@$&?x=[1]|{2}^`<\">", null)]
    [TestCase("/a\\b", null)]
    [TestCase("/%zz%", null)]
    [TestCase("/a#fragment", "/a")]
    [TestCase("", "/")]
    [TestCase("?q=1", "/?q=1")]
    [TestCase("/a b\u00e9\U0001F600", "/a%20b%C3%A9%F0%9F%98%80")]
    public async Task Request_line_has_what_the_location_said(string target, string? sent)
    {
        await using var server = new RawServer(_ => RawServer.Empty);
        await using var source = Sources.Open();

        await source.ProbeAsync(server.Base + target);
        await using var stream = await source.OpenAsync(new ImageRangeRequest { Location = server.Base + target, Trust = LocationTrust.Trusted });

        Assert.That(server.Targets, Is.EqualTo(new[] { sent ?? target, sent ?? target }));
    }

    // aptly 209: a bucket of another region says so by a redirect that leads nowhere.
    [TestCase(301)]
    [TestCase(307)]
    public async Task Redirect_that_leads_nowhere_is_told_as_the_servers_fault(int status)
    {
        const string Body = "<Error><Code>PermanentRedirect</Code></Error>";
        await using var server = new RawServer(_ => $"HTTP/1.1 {status} Moved\r\nContent-Type: application/xml\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
        await using var source = Sources.Open();

        var error = await Sources.FailAsync(() => source.ProbeAsync(server.Base + "/bucket/disk.img"));

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((ErrorCodes.SourceFailed, false)));
        Assert.That(error.Message, Does.Contain("redirects without saying where to"));
    }

    [TestCase("http://HOST/x%7Ey/../z?k=a%7Eb%2Dc%41", "/x%7Ey/../z?k=a%7Eb%2Dc%41")]
    [TestCase("//HOST/x%7Ey", "/x%7Ey")]
    [TestCase("/x%7Ey?k=%2Dc", "/x%7Ey?k=%2Dc")]
    [TestCase("c%41?k=%7E", "/a/b%7E/c%41?k=%7E")]
    [TestCase("../c%41", "/a/c%41")]
    [TestCase("./", "/a/b%7E/")]
    [TestCase("../../..", "/")]
    [TestCase("?k=%7E", "/a/b%7E/disk.img?k=%7E")]
    [TestCase("d:e/f", null)]
    [TestCase("./d:e", "/a/b%7E/d:e")]
    [TestCase("/x#fragment", "/x")]
    [TestCase("/caf\u00c3\u00a9 1", "/caf%C3%A9%201")]
    [TestCase("/caf\u00e9", "/caf%E9")]
    public async Task Redirect_leads_where_the_server_wrote(string reference, string? sent)
    {
        RawServer? server = null;
        await using var _ = server = new RawServer(
            target => target == "/a/b%7E/disk.img" ? $"HTTP/1.1 302 Found\r\nLocation: {reference.Replace("HOST", server!.Authority)}\r\nContent-Length: 0\r\n\r\n" : RawServer.Empty);
        await using var source = Sources.Open();
        var first = server.Base + "/a/b%7E/disk.img";

        if (sent is null)
        {
            Assert.That((await Sources.FailAsync(() => source.ProbeAsync(first))).Code, Is.EqualTo(ErrorCodes.InvalidArgument));
            return;
        }

        var info = await source.ProbeAsync(first);

        Assert.That(server.Targets, Is.EqualTo(new[] { "/a/b%7E/disk.img", sent }));
        Assert.That(ImageLocation.Parse(info.Location) is var parts ? parts.Path + parts.Query : "", Is.EqualTo(sent), "the place that was found is opened as it was written");
    }

    [TestCase("")]
    [TestCase("Location:\r\n")]
    [TestCase("Location: /b\r\nLocation: /c\r\n")]
    [TestCase("Location: http://user:hunter2@127.0.0.1/b\r\n")]
    [TestCase("Location: http://a\\@127.0.0.1/b\r\n")]
    public async Task Redirect_without_one_clear_place_is_refused(string header)
    {
        await using var server = new RawServer(_ => $"HTTP/1.1 302 Found\r\n{header}Content-Length: 0\r\n\r\n");
        await using var source = Sources.Open();

        var error = await Sources.FailAsync(() => source.ProbeAsync(server.Base + "/a"));

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.SourceFailed).Or.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That($"{error.Message}{error.Target}{error.Remedy}", Does.Not.Contain("hunter2"));
        Assert.That(server.Targets, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Address_of_eight_kibibytes_is_sent_whole()
    {
        await using var server = new RawServer(_ => RawServer.Empty);
        await using var source = Sources.Open();
        var target = "/?" + new string('a', ImageLocation.MaximumLength - server.Base.Length - 2);

        await source.ProbeAsync(server.Base + target);

        Assert.That(server.Targets, Is.EqualTo(new[] { target }));
    }

    private sealed class RawServer : IAsyncDisposable
    {
        public const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Func<string, string> _answer;
        private readonly List<string> _targets = [];
        private readonly Task _serving;

        public RawServer(Func<string, string> answer)
        {
            _answer = answer;
            _listener.Start();
            _serving = Task.Run(ServeAsync);
        }

        public string Authority => _listener.LocalEndpoint.ToString()!;

        public string Base => $"http://{Authority}";

        public IReadOnlyList<string> Targets
        {
            get
            {
                lock (_targets) return [.. _targets];
            }
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _listener.Dispose();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                using var stream = client.GetStream();
                var head = "";
                var one = new byte[1];
                while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) > 0) head += (char)one[0];
                if (head.Length == 0) continue;
                // Everything between the method and the version: a space in it would be seen.
                var line = head[..head.IndexOf("\r\n", StringComparison.Ordinal)];
                var target = line["GET ".Length..^" HTTP/1.1".Length];
                lock (_targets) _targets.Add(target);
                var answer = _answer(target).Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
            }
        }
    }
}
