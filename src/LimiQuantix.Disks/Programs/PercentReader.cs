using System.Globalization;

namespace LimiQuantix.Disks;

/// <summary>Reads qemu-img's progress, <c>(12.34/100%)</c> and a carriage return, however it is cut into pieces.</summary>
internal sealed class PercentReader(Action<double>? report)
{
    private const int LongestNumber = 8;
    private string? _number;

    public void Read(string piece)
    {
        foreach (char c in piece)
        {
            if (c == '(')
                _number = "";
            else if (c == '/')
                End();
            else if (_number is { Length: < LongestNumber } && (char.IsAsciiDigit(c) || c == '.'))
                _number += c;
            else
                _number = null;
        }
    }

    private void End()
    {
        if (double.TryParse(_number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && percent <= 100)
            report?.Invoke(percent);
        _number = null;
    }
}
