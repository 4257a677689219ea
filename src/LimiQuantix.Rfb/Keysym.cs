namespace LimiQuantix.Rfb;

/// <summary>X11 keysyms of keys that are no characters (keysymdef.h), and of characters.</summary>
public static class Keysym
{
#pragma warning disable CS1591 // The names are those of the keys.
    public const uint BackSpace = 0xFF08;
    public const uint Tab = 0xFF09;
    public const uint Return = 0xFF0D;
    public const uint Escape = 0xFF1B;
    public const uint Home = 0xFF50;
    public const uint Left = 0xFF51;
    public const uint Up = 0xFF52;
    public const uint Right = 0xFF53;
    public const uint Down = 0xFF54;
    public const uint PageUp = 0xFF55;
    public const uint PageDown = 0xFF56;
    public const uint End = 0xFF57;
    public const uint Print = 0xFF61;
    public const uint Insert = 0xFF63;
    public const uint Menu = 0xFF67;
    public const uint NumLock = 0xFF7F;
    public const uint F1 = 0xFFBE;
    public const uint F2 = 0xFFBF;
    public const uint F3 = 0xFFC0;
    public const uint F4 = 0xFFC1;
    public const uint F5 = 0xFFC2;
    public const uint F6 = 0xFFC3;
    public const uint F7 = 0xFFC4;
    public const uint F8 = 0xFFC5;
    public const uint F9 = 0xFFC6;
    public const uint F10 = 0xFFC7;
    public const uint F11 = 0xFFC8;
    public const uint F12 = 0xFFC9;
    public const uint ShiftLeft = 0xFFE1;
    public const uint ShiftRight = 0xFFE2;
    public const uint ControlLeft = 0xFFE3;
    public const uint ControlRight = 0xFFE4;
    public const uint CapsLock = 0xFFE5;
    public const uint AltLeft = 0xFFE9;
    public const uint AltRight = 0xFFEA;
    public const uint SuperLeft = 0xFFEB;
    public const uint SuperRight = 0xFFEC;
    public const uint AltGr = 0xFE03;
    public const uint Delete = 0xFFFF;
#pragma warning restore CS1591

    /// <summary>The keysym of a character: its code in Latin-1, otherwise its code point with 0x01000000 added; a line feed is Return.</summary>
    /// <param name="character">The character.</param>
    /// <returns>The keysym.</returns>
    public static uint Of(System.Text.Rune character) => character.Value switch
    {
        '\n' or '\r' => Return,
        '\t' => Tab,
        '\b' => BackSpace,
        0x1B => Escape,
        0x7F => Delete,
        <= 0xFF => (uint)character.Value,
        _ => 0x01000000u | (uint)character.Value,
    };
}
