using LibvirtSharp.Transports;

namespace LibvirtSharp.Tests.Transports;

/// <summary>libvirt's environment variables; no other test of this assembly reads them meanwhile.</summary>
[NonParallelizable]
internal sealed class DaemonLocationsTests
{
    [TestCase("XDG_RUNTIME_DIR", "/run/user/7", "/run/user/7/libvirt")]
    [TestCase("XDG_CACHE_HOME", "/cache", "/cache/libvirt")]
    public void Session_folder_is_the_users(string variable, string value, string folder) => With(
        [("XDG_RUNTIME_DIR", null), ("XDG_CACHE_HOME", null), (variable, value)],
        locations => Assert.That(locations.SessionFolder, Is.EqualTo(folder)));

    [TestCase(null, ExpectedResult = true)]
    [TestCase("1", ExpectedResult = true)]
    [TestCase("0", ExpectedResult = false)]
    [Platform("Linux")]
    public bool Daemon_is_started_unless_the_environment_forbids_it(string? value)
    {
        bool starts = false;
        With([("LIBVIRT_AUTOSTART", value)], locations => starts = locations.StartsDaemons);
        return starts;
    }

    [Test]
    public void Programs_are_where_the_environment_says() => With(
        [("VIRTD_PATH", null), ("LIBVIRTD_PATH", "/opt/sbin")],
        locations => Assert.That(locations.ProgramFolders, Is.EqualTo(new[] { "/opt/sbin" })));

    private static void With((string Name, string? Value)[] variables, Action<DaemonLocations> check)
    {
        (string Name, string? Value)[] before = [.. variables.DistinctBy(each => each.Name).Select(each => (each.Name, Environment.GetEnvironmentVariable(each.Name)))];
        try
        {
            foreach ((string name, string? value) in variables)
                Environment.SetEnvironmentVariable(name, value);
            check(DaemonLocations.OfThisProcess());
        }
        finally
        {
            foreach ((string name, string? value) in before)
                Environment.SetEnvironmentVariable(name, value);
        }
    }
}
