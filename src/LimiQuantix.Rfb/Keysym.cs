namespace LimiQuantix.Rfb;

/// <summary>X11 keysyms of keys that are no characters (keysymdef.h), and of characters.</summary>
public static class Keysym
{
    /// <summary>Deletes to the left.</summary>
    public const uint BackSpace = 0xFF08;

    /// <summary>The tabulator.</summary>
    public const uint Tab = 0xFF09;

    /// <summary>Ends a line; also called Enter.</summary>
    public const uint Return = 0xFF0D;

    /// <summary>Esc.</summary>
    public const uint Escape = 0xFF1B;

    /// <summary>To the beginning.</summary>
    public const uint Home = 0xFF50;

    /// <summary>Arrow to the left.</summary>
    public const uint Left = 0xFF51;

    /// <summary>Arrow upwards.</summary>
    public const uint Up = 0xFF52;

    /// <summary>Arrow to the right.</summary>
    public const uint Right = 0xFF53;

    /// <summary>Arrow downwards.</summary>
    public const uint Down = 0xFF54;

    /// <summary>A page up.</summary>
    public const uint PageUp = 0xFF55;

    /// <summary>A page down.</summary>
    public const uint PageDown = 0xFF56;

    /// <summary>To the end.</summary>
    public const uint End = 0xFF57;

    /// <summary>Print screen.</summary>
    public const uint Print = 0xFF61;

    /// <summary>Insert.</summary>
    public const uint Insert = 0xFF63;

    /// <summary>The key of the context menu.</summary>
    public const uint Menu = 0xFF67;

    /// <summary>Num lock.</summary>
    public const uint NumLock = 0xFF7F;

    /// <summary>The function key F1.</summary>
    public const uint F1 = 0xFFBE;

    /// <summary>The function key F2.</summary>
    public const uint F2 = 0xFFBF;

    /// <summary>The function key F3.</summary>
    public const uint F3 = 0xFFC0;

    /// <summary>The function key F4.</summary>
    public const uint F4 = 0xFFC1;

    /// <summary>The function key F5.</summary>
    public const uint F5 = 0xFFC2;

    /// <summary>The function key F6.</summary>
    public const uint F6 = 0xFFC3;

    /// <summary>The function key F7.</summary>
    public const uint F7 = 0xFFC4;

    /// <summary>The function key F8.</summary>
    public const uint F8 = 0xFFC5;

    /// <summary>The function key F9.</summary>
    public const uint F9 = 0xFFC6;

    /// <summary>The function key F10.</summary>
    public const uint F10 = 0xFFC7;

    /// <summary>The function key F11.</summary>
    public const uint F11 = 0xFFC8;

    /// <summary>The function key F12.</summary>
    public const uint F12 = 0xFFC9;

    /// <summary>The left shift.</summary>
    public const uint ShiftLeft = 0xFFE1;

    /// <summary>The right shift.</summary>
    public const uint ShiftRight = 0xFFE2;

    /// <summary>The left control key.</summary>
    public const uint ControlLeft = 0xFFE3;

    /// <summary>The right control key.</summary>
    public const uint ControlRight = 0xFFE4;

    /// <summary>Caps lock.</summary>
    public const uint CapsLock = 0xFFE5;

    /// <summary>The left Alt.</summary>
    public const uint AltLeft = 0xFFE9;

    /// <summary>The right Alt, where it is no AltGr.</summary>
    public const uint AltRight = 0xFFEA;

    /// <summary>The left Windows or command key.</summary>
    public const uint SuperLeft = 0xFFEB;

    /// <summary>The right Windows or command key.</summary>
    public const uint SuperRight = 0xFFEC;

    /// <summary>The key of the third level (ISO_Level3_Shift).</summary>
    public const uint AltGr = 0xFE03;

    /// <summary>Deletes to the right.</summary>
    public const uint Delete = 0xFFFF;

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
