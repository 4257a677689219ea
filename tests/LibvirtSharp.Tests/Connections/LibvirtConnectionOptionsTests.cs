using System.Net;

namespace LibvirtSharp.Tests;

[NonParallelizable]
internal sealed class LibvirtConnectionOptionsTests
{
    private static IEnumerable<TestCaseData> Nonsense()
    {
        yield return Case(nameof(LibvirtConnectionOptions.Tls), options => options.Tls = null!);
        yield return Case(nameof(LibvirtConnectionOptions.Logger), options => options.Logger = null!);
        yield return Case(nameof(LibvirtConnectionOptions.TimeProvider), options => options.TimeProvider = null!);
        yield return Case(nameof(LibvirtConnectionOptions.KeepAliveInterval), options => options.KeepAliveInterval = TimeSpan.FromDays(60));
        yield return Case(nameof(LibvirtReconnectOptions.MaxDelay), options => options.Reconnect = new LibvirtReconnectOptions { MaxDelay = TimeSpan.MaxValue });
        foreach (int size in (int[])[int.MinValue, -1, 0, 1, 65535, (32 << 20) + 5, int.MaxValue])
            yield return Case(nameof(LibvirtConnectionOptions.MaxMessageBytes), options => options.MaxMessageBytes = size, size);
        foreach (int size in (int[])[int.MinValue, -1, 0])
            yield return Case(nameof(LibvirtConnectionOptions.StreamBufferBytes), options => options.StreamBufferBytes = size, size);
        yield return Case(nameof(LibvirtConnectionOptions.KeepAliveCount), options => options.KeepAliveCount = -1);
        yield return Case(nameof(LibvirtConnectionOptions.Credential), options => options.Credential = new NetworkCredential("a\0b", "c"));
        yield return Case(nameof(LibvirtConnectionOptions.Credential), options => options.Credential = new NetworkCredential("a", "\ud800"), "password");

        static TestCaseData Case(string option, Action<LibvirtConnectionOptions> set, object? what = null) =>
            new TestCaseData(option, set).SetArgDisplayNames(what is null ? option : $"{option} {what}");
    }

    [TestCaseSource(nameof(Nonsense))]
    public void Option_is_named_when_no_connection_can_have_it(string option, Action<LibvirtConnectionOptions> set)
    {
        var options = new LibvirtConnectionOptions { Uri = "qemu:///system?socket=/none" };
        set(options);
        Assert.That(() => LibvirtConnection.OpenAsync(options), Throws.InstanceOf<ArgumentException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(option));
    }

    [TestCase(null, ExpectedResult = "qemu:///system")]
    [TestCase("qemu+tls://host/system", ExpectedResult = "qemu+tls://host/system")]
    public string Uri_is_the_environments_unless_another_is_given(string? value)
    {
        string? before = Environment.GetEnvironmentVariable("LIBVIRT_DEFAULT_URI");
        try
        {
            Environment.SetEnvironmentVariable("LIBVIRT_DEFAULT_URI", value);
            return new LibvirtConnectionOptions().Uri;
        }
        finally
        {
            Environment.SetEnvironmentVariable("LIBVIRT_DEFAULT_URI", before);
        }
    }
}
