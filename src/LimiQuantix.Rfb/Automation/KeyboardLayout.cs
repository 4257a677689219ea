using System.Text;

namespace LimiQuantix.Rfb;

/// <summary>Which keys make which characters, on PC keyboards of a country. For <see cref="RfbAutomation.TypeAsync"/>.</summary>
public sealed class KeyboardLayout
{
    // Scan codes of set 1 of the keys of the four rows, left to right, and of the key beside the left shift.
    private static readonly byte[] Keys =
    [
        0x29, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D,
        0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B,
        0x1E, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x2B,
        0x56, 0x2C, 0x2D, 0x2E, 0x2F, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35,
    ];

    // Keys that are no characters, or the same everywhere.
    private static readonly Dictionary<uint, byte> Fixed = new()
    {
        [Keysym.Return] = 0x1C, [Keysym.Tab] = 0x0F, [Keysym.BackSpace] = 0x0E, [Keysym.Escape] = 0x01, [' '] = 0x39,
        [Keysym.ShiftLeft] = 0x2A, [Keysym.ShiftRight] = 0x36, [Keysym.ControlLeft] = 0x1D, [Keysym.ControlRight] = 0x9D,
        [Keysym.AltLeft] = 0x38, [Keysym.AltRight] = 0xB8, [Keysym.AltGr] = 0xB8, [Keysym.SuperLeft] = 0xDB, [Keysym.SuperRight] = 0xDC,
        [Keysym.Menu] = 0xDD, [Keysym.CapsLock] = 0x3A, [Keysym.NumLock] = 0x45, [Keysym.Print] = 0xB7,
        [Keysym.Home] = 0xC7, [Keysym.Up] = 0xC8, [Keysym.PageUp] = 0xC9, [Keysym.Left] = 0xCB, [Keysym.Right] = 0xCD,
        [Keysym.End] = 0xCF, [Keysym.Down] = 0xD0, [Keysym.PageDown] = 0xD1, [Keysym.Insert] = 0xD2, [Keysym.Delete] = 0xD3,
        [Keysym.F1] = 0x3B, [Keysym.F2] = 0x3C, [Keysym.F3] = 0x3D, [Keysym.F4] = 0x3E, [Keysym.F5] = 0x3F, [Keysym.F6] = 0x40,
        [Keysym.F7] = 0x41, [Keysym.F8] = 0x42, [Keysym.F9] = 0x43, [Keysym.F10] = 0x44, [Keysym.F11] = 0x57, [Keysym.F12] = 0x58,
    };

    private static readonly KeyboardKey Shift = new(Keysym.ShiftLeft, 0x2A);
    private static readonly KeyboardKey AltGr = new(Keysym.AltGr, 0xB8);
    private static readonly KeyboardKey Space = new(' ', 0x39);

    private readonly Dictionary<Rune, KeyboardStroke[]> _strokes = [];

    /// <summary>Draws a layout: each string has one character for each of <see cref="Keys"/>, a space where there is none.</summary>
    private KeyboardLayout(string name, string plain, string shifted, string altGr, string dead)
    {
        Name = name;
        foreach (var (characters, modifiers) in new (string, KeyboardKey[])[] { (plain, []), (shifted, [Shift]), (altGr, [AltGr]) })
        {
            var runes = characters.EnumerateRunes().ToArray();
            for (var i = 0; i < runes.Length && i < Keys.Length; i++)
            {
                if (runes[i].Value == ' ')
                    continue;
                var stroke = new KeyboardStroke([.. modifiers, new KeyboardKey(Keysym.Of(runes[i]), Keys[i])]);
                // A dead key waits for a letter; a space makes it the character itself.
                _strokes.TryAdd(runes[i], dead.Contains(runes[i].ToString(), StringComparison.Ordinal) ? [stroke, new KeyboardStroke([Space])] : [stroke]);
            }
        }
    }

    /// <summary>English, United States.</summary>
    public static KeyboardLayout UnitedStates { get; } = new(
        "us",
        @"`1234567890-=qwertyuiop[]asdfghjkl;'\ zxcvbnm,./",
        @"~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:""| ZXCVBNM<>?",
        "",
        "");

    /// <summary>English, United Kingdom.</summary>
    public static KeyboardLayout UnitedKingdom { get; } = new(
        "gb",
        @"`1234567890-=qwertyuiop[]asdfghjkl;'#\zxcvbnm,./",
        @"¬!""£$%^&*()_+QWERTYUIOP{}ASDFGHJKL:@~|ZXCVBNM<>?",
        "    €",
        "");

    /// <summary>German, Germany.</summary>
    public static KeyboardLayout German { get; } = new(
        "de",
        @"^1234567890ß´qwertzuiopü+asdfghjklöä#<yxcvbnm,.-",
        @"°!""§$%&/()=?`QWERTZUIOPÜ*ASDFGHJKLÖÄ'>YXCVBNM;:_",
        @"  ²³   {[]}\ @ €        ~            |      µ",
        "^´`");

    /// <summary>French, France.</summary>
    public static KeyboardLayout French { get; } = new(
        "fr",
        @"²&é""'(-è_çà)=azertyuiop^$qsdfghjklmù*<wxcvbn,;:!",
        @" 1234567890°+AZERTYUIOP¨£QSDFGHJKLM%µ>WXCVBN?./§",
        @"  ~#{[|`\^@]}  €        ¤",
        "^¨~`");

    /// <summary>Spanish, Spain.</summary>
    public static KeyboardLayout Spanish { get; } = new(
        "es",
        @"º1234567890'¡qwertyuiop`+asdfghjklñ´ç<zxcvbnm,.-",
        @"ª!""·$%&/()=?¿QWERTYUIOP^*ASDFGHJKLÑ¨Ç>ZXCVBNM;:_",
        @"\|@#~ ¬        €       []          {}",
        "`^´¨~");

    /// <summary>Italian, Italy.</summary>
    public static KeyboardLayout Italian { get; } = new(
        "it",
        @"\1234567890'ìqwertyuiopè+asdfghjklòàù<zxcvbnm,.-",
        @"|!""£$%&/()=?^QWERTYUIOPé*ASDFGHJKLç°§>ZXCVBNM;:_",
        @"               €       []         @#",
        "");

    /// <summary>Swedish, Sweden.</summary>
    public static KeyboardLayout Swedish { get; } = new(
        "se",
        @"§1234567890+´qwertyuiopå¨asdfghjklöä'<zxcvbnm,.-",
        @"½!""#¤%&/()=?`QWERTYUIOPÅ^ASDFGHJKLÖÄ*>ZXCVBNM;:_",
        @"  @£$  {[]}\            ~            |",
        "´`¨^~");

    /// <summary>The layouts here, by their X keyboard names.</summary>
    public static IReadOnlyList<KeyboardLayout> All { get; } = [UnitedStates, UnitedKingdom, German, French, Spanish, Italian, Swedish];

    /// <summary>The layout's X keyboard name, such as <c>de</c>.</summary>
    public string Name { get; }

    /// <summary>Whether the layout has a key for a character.</summary>
    /// <param name="character">The character.</param>
    public bool CanType(Rune character) => _strokes.ContainsKey(character) || Fixed.ContainsKey(Keysym.Of(character));

    internal IEnumerable<KeyboardStroke> Strokes(Rune character)
    {
        if (_strokes.TryGetValue(character, out var strokes))
            return strokes;
        var keysym = Keysym.Of(character);
        return Fixed.TryGetValue(keysym, out var scanCode)
            ? [new KeyboardStroke([new KeyboardKey(keysym, scanCode)])]
            : throw new ArgumentException($"The keyboard layout {Name} has no key for '{character}' (U+{character.Value:X4}).", nameof(character));
    }

    /// <summary>The key of a keysym, without a scan code when it is not known.</summary>
    internal KeyboardKey Key(uint keysym)
    {
        if (Fixed.TryGetValue(keysym, out var scanCode))
            return new KeyboardKey(keysym, scanCode);
        return keysym < 0x100 && _strokes.TryGetValue(new Rune((int)keysym), out var strokes)
            ? strokes[0].Keys[^1] with { Keysym = keysym }
            : new KeyboardKey(keysym, 0);
    }
}

/// <summary>A key: what it means here, and where it is; a scan code of 0 when that is not known.</summary>
internal readonly record struct KeyboardKey(uint Keysym, byte ScanCode);

/// <summary>Keys that are pressed together, the last of which is the character's.</summary>
internal readonly record struct KeyboardStroke(IReadOnlyList<KeyboardKey> Keys);
