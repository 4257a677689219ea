namespace LibvirtSharp.Tests;

[NonParallelizable]
internal sealed class LibvirtConnectionOptionsTests
{
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
