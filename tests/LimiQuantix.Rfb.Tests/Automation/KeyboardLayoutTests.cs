using System.Text;
using LimiQuantix.Testing;

namespace LimiQuantix.Rfb.Tests.Automation;

internal sealed class KeyboardLayoutTests
{
    private static readonly Dictionary<string, string> QemuNames = new() { ["us"] = "en-us", ["gb"] = "en-gb", ["se"] = "sv" };

    // X11's names of characters that are neither letters nor digits of ASCII; a dead key has the same with "dead_".
    private static readonly Dictionary<char, string> Names = (
        "!exclam \"quotedbl #numbersign $dollar %percent &ampersand 'apostrophe (parenleft )parenright *asterisk +plus ,comma -minus .period /slash "
        + ":colon ;semicolon <less =equal >greater ?question @at [bracketleft \\backslash ]bracketright ^asciicircum _underscore `grave {braceleft |bar "
        + "}braceright ~asciitilde §section £sterling €EuroSign ²twosuperior ³threesuperior °degree µmu ßssharp üudiaeresis ÜUdiaeresis öodiaeresis "
        + "ÖOdiaeresis äadiaeresis ÄAdiaeresis ´acute ¨diaeresis ¤currency ¬notsign ½onehalf çccedilla ÇCcedilla éeacute èegrave àagrave ùugrave òograve "
        + "ìigrave ñntilde ÑNtilde ºmasculine ªordfeminine ¡exclamdown ¿questiondown ·periodcentered åaring ÅAring")
        .Split(' ').ToDictionary(entry => entry[0], entry => entry[1..]);

    [Test]
    public void Every_layout_has_every_printable_character_of_ascii()
    {
        foreach (var layout in KeyboardLayout.All)
        {
            var missing = Enumerable.Range(' ', 95).Where(c => !layout.CanType(new Rune(c))).Select(c => (char)c);
            // Italian keyboards have neither of these.
            Assert.That(missing, layout == KeyboardLayout.Italian ? Is.SubsetOf("`~{}") : Is.Empty, layout.Name);
        }
    }

    [Test]
    [Category("Integration")]
    public void Layouts_are_those_that_qemu_has()
    {
        var folder = "/usr/share/qemu/keymaps";
        if (!Directory.Exists(folder))
            Requires.Missing("QEMU's keymaps are not installed: apt-get install qemu-system-data");
        foreach (var layout in KeyboardLayout.All)
        {
            var path = Path.Combine(folder, QemuNames.GetValueOrDefault(layout.Name, layout.Name));
            var known = File.ReadLines(path).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(parts => parts.Length >= 2 && parts[1].StartsWith("0x", StringComparison.Ordinal))
                .SelectMany(Meanings).ToHashSet();
            var wrong = new List<string>();
            foreach (var rune in Enumerable.Range(' ' + 1, 0xFF).Append('€').Select(c => new Rune(c)).Where(c => !Rune.IsControl(c) && layout.CanType(c)))
            {
                var keys = layout.Strokes(rune).First().Keys;
                var modifiers = string.Join(' ', keys.SkipLast(1).Select(key => key.Keysym == Keysym.ShiftLeft ? "shift" : "altgr"));
                var name = Names.GetValueOrDefault((char)rune.Value, rune.ToString());
                var dead = name switch { "asciicircum" => "dead_circumflex", "asciitilde" => "dead_tilde", _ => "dead_" + name };
                if (!known.Contains((name, keys[^1].ScanCode, modifiers)) && !known.Contains((dead, keys[^1].ScanCode, modifiers)))
                    wrong.Add($"{rune} ({name}): {keys[^1].ScanCode:X2} {modifiers}");
            }
            Assert.That(wrong, Is.Empty, layout.Name);
        }
    }

    /// <summary>What a line says: a name, its key and the modifiers; with "addupper" also the capital.</summary>
    private static IEnumerable<(string Name, int Code, string Modifiers)> Meanings(string[] line)
    {
        var code = Convert.ToInt32(line[1], 16);
        yield return (line[0], code, string.Join(' ', line[2..].Where(part => part is "shift" or "altgr")));
        if (line.Contains("addupper"))
            yield return (line[0].Length == 1 ? line[0].ToUpperInvariant() : char.ToUpperInvariant(line[0][0]) + line[0][1..], code, "shift");
    }
}
