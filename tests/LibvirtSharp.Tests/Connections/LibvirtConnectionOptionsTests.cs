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

        static TestCaseData Case(string option, Action<LibvirtConnectionOptions> set) => new TestCaseData(option, set).SetArgDisplayNames(option);
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
