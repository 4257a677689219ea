using System.Text.Json;
using LimiQuantix.Consoles;
using LimiQuantix.Machines;

namespace LimiQuantix.Abstractions.Tests;

internal sealed class ConsoleKindTests
{
    [Test]
    public void Kind_is_its_name_in_json_and_one_of_a_newer_version_survives()
    {
        var request = JsonSerializer.Deserialize<GetConsoleRequest>("""{"MachineId":"0198e8a4-0000-7000-8000-000000000001","Kind":"spice-2"}""")!;

        Assert.That(request.Kind, Is.EqualTo(new ConsoleKind("spice-2")));
        Assert.That(JsonSerializer.Serialize(request), Does.Contain("\"Kind\":\"spice-2\""));
        Assert.That(JsonSerializer.Serialize(new[] { ConsoleKind.Vnc, ConsoleKind.Serial, default }), Is.EqualTo("""["vnc","serial","unknown"]"""));
    }

    [Test]
    public void Default_is_the_unknown_kind_in_every_way()
    {
        Assert.That(new ConsoleKind("unknown"), Is.EqualTo(ConsoleKind.Unknown));
        Assert.That(JsonSerializer.Deserialize<ConsoleKind>("\"unknown\""), Is.EqualTo(default(ConsoleKind)));
        Assert.That(default(ConsoleKind).ToString(), Is.EqualTo("unknown"));
    }

    [TestCase("")]
    [TestCase("VNC")]
    [TestCase("-vnc")]
    [TestCase("vnc-")]
    [TestCase("v nc")]
    [TestCase("a23456789012345678901234567890123")]
    public void Name_that_is_none_is_refused(string name)
    {
        Assert.That(() => new ConsoleKind(name), Throws.TypeOf<LimiQuantixException>().With.Property("Code").EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(() => JsonSerializer.Deserialize<ConsoleKind>(JsonSerializer.Serialize(name)), Throws.TypeOf<JsonException>());
    }

    [Test]
    public void Json_that_is_no_text_is_refused() => Assert.That(() => JsonSerializer.Deserialize<ConsoleKind>("1"), Throws.TypeOf<JsonException>());
}
