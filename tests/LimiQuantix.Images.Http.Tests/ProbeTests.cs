using System.Net;
using System.Net.Sockets;
using LimiQuantix.Conformance;
using LimiQuantix.Testing;

namespace LimiQuantix.Images.Http.Tests;

internal sealed class ProbeTests
{
    private readonly byte[] _bytes = new byte[10_000];

    [Test]
    public async Task Probe_tells_length_ranges_and_the_strong_tag()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await using var source = Sources.Open();

        var info = await source.ProbeAsync(file.Url);

        Assert.That(info, Is.EqualTo(new ImageSourceInfo { Location = file.Url, LengthBytes = 10_000, SupportsRanges = true, Validator = "\"v1\"" }));
        Assert.That(file.Requests.Select(request => (request.Method, request.Range)), Is.EqualTo(new[] { ("GET", "bytes=0-0") }));
        Assert.That(file.Requests[0].Headers["Accept-Encoding"], Is.EqualTo("identity"));
        Assert.That(file.Requests[0].Headers["User-Agent"], Does.StartWith("LimiQuantix/"));
    }

    [TestCase(404, null)]
    [TestCase(405, null)]
    [TestCase(null, 0L)]
    [TestCase(null, 5L)]
    public async Task What_head_would_say_decides_nothing(int? status, long? length)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.HeadStatus = status;
        file.HeadLength = length;
        await using var source = Sources.Open();

        Assert.That((await source.ProbeAsync(file.Url)).LengthBytes, Is.EqualTo(10_000));
    }

    [TestCase(400)]
    [TestCase(403)]
    [TestCase(405)]
    [TestCase(416)]
    [TestCase(501)]
    public async Task Where_ranges_are_refused_the_plain_question_decides(int status)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.HeadStatus = 405;
        file.RangeStatus = status;
        await using var source = Sources.Open();

        var info = await source.ProbeAsync(file.Url);

        Assert.That((info.LengthBytes, info.SupportsRanges, info.Validator), Is.EqualTo((10_000, false, "\"v1\"")));
        Assert.That(await source.ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url, Validator = info.Validator }), Is.EqualTo(_bytes));
    }

    [Test]
    public async Task An_empty_file_has_no_bytes()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", []);
        await using var source = Sources.Open();

        Assert.That((await source.ProbeAsync(file.Url)).LengthBytes, Is.Zero);
    }

    [Test]
    public async Task A_refusal_after_a_redirect_asks_for_no_credentials()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.Status = 403;
        var redirect = server.AddRedirect("a", "disk.img?signature=expired");
        await using var source = Sources.Open();

        var redirected = await Sources.FailAsync(() => source.ProbeAsync(redirect.Url));
        var signed = await Sources.FailAsync(() => source.ProbeAsync(file.Url + "?signature=expired"));
        var plain = await Sources.FailAsync(() => source.ProbeAsync(file.Url));

        Assert.That(redirected.Remedy, Does.Not.Contain("Credentials").And.Contain("expired"));
        Assert.That(signed.Remedy, Does.Not.Contain("Credentials").And.Contain("expired"));
        Assert.That(plain.Remedy, Does.Contain("Credentials"));
    }

    [Test]
    public async Task A_weak_tag_is_no_validator()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.ETag = "W/\"v1\"";
        await using var source = Sources.Open();

        Assert.That((await source.ProbeAsync(file.Url)).Validator, Is.Null);
    }

    [Test]
    public async Task A_server_without_ranges_is_told()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.SupportsRanges = false;
        await using var source = Sources.Open();

        var info = await source.ProbeAsync(file.Url);

        Assert.That((info.SupportsRanges, info.LengthBytes), Is.EqualTo((false, 10_000)));
    }

    [Test]
    public async Task Redirects_are_followed_to_the_final_location()
    {
        await using var server = FileServer.Start();
        var file = server.Add("final/disk.img", _bytes);
        server.AddRedirect("b", "final/disk.img");
        var first = server.AddRedirect("a", "b");
        await using var source = Sources.Open();

        Assert.That((await source.ProbeAsync(first.Url)).Location, Is.EqualTo(file.Url));
    }

    [Test]
    public async Task A_circle_and_too_many_redirects_are_refused()
    {
        await using var server = FileServer.Start();
        var circle = server.AddRedirect("x", "y");
        server.AddRedirect("y", "x");
        for (var i = 0; i <= 11; i++) server.AddRedirect($"r{i}", $"r{i + 1}");
        await using var source = Sources.Open();

        Assert.That((await Sources.FailAsync(() => source.ProbeAsync(circle.Url))).Message, Does.Contain("circle"));
        Assert.That((await Sources.FailAsync(() => source.ProbeAsync(server.BaseAddress + "r0"))).Message, Does.Contain("10 times"));
        Assert.That(server.RequestCount, Is.EqualTo(2 + 11));
    }

    [Test]
    public async Task A_redirect_to_something_else_than_http_is_refused()
    {
        await using var server = FileServer.Start();
        var file = server.AddRedirect("a", "file:///etc/passwd");
        await using var source = Sources.Open();

        Assert.That((await Sources.FailAsync(() => source.ProbeAsync(file.Url))).Code, Is.EqualTo(ErrorCodes.InvalidArgument));
    }

    [Test]
    public async Task Credentials_go_to_their_host_only()
    {
        await using var server = FileServer.Start();
        // The same server by another name: another host.
        var final = server.Add("disk.img", _bytes);
        var first = server.AddRedirect("a", $"http://localhost:{server.BaseAddress.Port}/disk.img");
        await using var source = Sources.Open(options => options.Credentials["127.0.0.1"] = new SecretReference { Name = "mirror" });

        await source.ProbeAsync(first.Url);

        Assert.That(first.Requests[0].Headers["Authorization"], Is.EqualTo(OneSecret.Value));
        Assert.That(final.Requests[0].Headers.ContainsKey("Authorization"), Is.False);
    }

    [Test]
    public async Task A_user_name_in_the_address_is_refused_and_not_repeated()
    {
        await using var source = Sources.Open();

        var error = await Sources.FailAsync(() => source.ProbeAsync("http://user:hunter2@example.com/disk.img"));

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That($"{error.Message}{error.Target}{error.Remedy}", Does.Not.Contain("hunter2"));
    }

    [TestCase(404, ErrorCodes.NotFound, false)]
    [TestCase(410, ErrorCodes.NotFound, false)]
    [TestCase(401, ErrorCodes.PermissionDenied, false)]
    [TestCase(403, ErrorCodes.PermissionDenied, false)]
    [TestCase(429, ErrorCodes.Unavailable, true)]
    [TestCase(500, ErrorCodes.Unavailable, true)]
    [TestCase(503, ErrorCodes.Unavailable, true)]
    [TestCase(418, ErrorCodes.SourceFailed, false)]
    public async Task A_status_becomes_an_error(int status, string code, bool isTransient)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.Status = status;
        file.RetryAfterSeconds = 7;
        await using var source = Sources.Open();

        var error = await Sources.FailAsync(() => source.ProbeAsync(file.Url + "?signature=hunter2"));

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((code, isTransient)));
        Assert.That(error.RetryAfter, Is.EqualTo(isTransient ? TimeSpan.FromSeconds(7) : (TimeSpan?)null));
        Assert.That(error.Target, Is.EqualTo(file.Url), "without the query");
    }

    [Test]
    public async Task No_server_and_no_such_name_are_unavailable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var source = Sources.Open();

        var refused = await Sources.FailAsync(() => source.ProbeAsync($"http://127.0.0.1:{port}/"));
        var unknown = await Sources.FailAsync(() => source.ProbeAsync("http://no-such-host.invalid/"));

        Assert.That((refused.Code, refused.IsTransient), Is.EqualTo((ErrorCodes.Unavailable, true)));
        Assert.That((unknown.Code, unknown.IsTransient), Is.EqualTo((ErrorCodes.Unavailable, true)));
        Assert.That(unknown.Message, Does.Contain("no-such-host.invalid"));
    }

    [Test]
    public async Task A_server_that_never_answers_is_a_time_out()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var source = Sources.Open(options =>
        {
            options.ConnectTimeout = TimeSpan.FromSeconds(1);
            options.ResponseTimeout = TimeSpan.FromSeconds(1);
        });

        var error = await Sources.FailAsync(() => source.ProbeAsync($"http://{listener.LocalEndpoint}/"));

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((ErrorCodes.Timeout, true)));
    }

    [Test]
    public async Task A_certificate_that_nobody_trusts_is_named()
    {
        await using var server = FileServer.Start(https: true);
        var file = server.Add("disk.img", _bytes);
        await using var source = Sources.Open();

        var error = await Sources.FailAsync(() => source.ProbeAsync(file.Url));

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((ErrorCodes.SourceFailed, false)));
        Assert.That(error.Message, Does.Contain("certificate"));
    }

    [Test]
    public async Task A_cancelled_caller_gets_its_own_cancellation()
    {
        await using var source = Sources.Open();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Assert.That(async () => await source.ProbeAsync("http://127.0.0.1:1/", cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }
}
