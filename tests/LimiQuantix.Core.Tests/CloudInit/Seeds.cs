using LimiQuantix.Core.CloudInit;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Tests.CloudInit;

/// <summary>Seed definitions for the tests.</summary>
internal static class Seeds
{
    public const string SshKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEdummyKeyDummyKeyDummyKeyDummyKeyDummyKey0 me@example";

    public static readonly string[] Awkward =
    [
        "echo 'single' \"double\" \\ back", "yes", "on", "1.0", "0x1f", "2026-01-01", "~", "null", "- item", "key: value # not a comment",
        "{a: b}", "[1]", "*alias", "&anchor", "!tag", "%TAG", "@at", "`tick`", "| pipe", "> fold", "line one\nline two\n\n  indented\n",
        "\ttab", "trailing space ", " leading", "ünïcödé 語 \U0001F600", "bell \u0007 del \u007f nel \u0085 ls \u2028", "---", "...", "? q",
        "<<", new string('x', 300) + " " + new string('y', 300),
    ];

    public static SeedDefinition With(CloudInitSpec spec, string? password = null) => new()
    {
        InstanceId = "i-0198c0de",
        MachineName = "web-1",
        CloudInit = spec,
        Password = password,
        MacAddresses = ["52:54:00:00:00:01", "52:54:00:00:00:02"],
    };

    /// <summary>Everything but own user-data.</summary>
    public static SeedDefinition Full() => With(
        new CloudInitSpec
        {
            SshKeys = [SshKey],
            Packages = ["curl", "g++"],
            RunCommands = Awkward,
            User = "alice",
            Hostname = "db.example.org",
        },
        "correct horse");
}
