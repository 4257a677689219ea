using System.Globalization;

namespace LimiQuantix.Testing;

/// <summary>The long form of a test, which LIMIQUANTIX_SOAK=1 asks for: millions of inputs where a normal run takes thousands.</summary>
public static class Soak
{
    private static readonly Lock Writing = new();

    /// <summary>Whether the long form is asked for.</summary>
    public static bool IsOn => Environment.GetEnvironmentVariable("LIMIQUANTIX_SOAK") == "1";

    /// <summary>How many rounds a test takes.</summary>
    public static int Rounds(int usual, int soak) => IsOn ? soak : usual;

    /// <summary>
    /// Says what a test has done, once it is done and right: a line in the file that LIMIQUANTIX_SOAK_NOTES names, for the report of
    /// <c>./test.sh --soak</c>. Nothing without such a file.
    /// </summary>
    public static void Note(long count, string what)
    {
        if (Environment.GetEnvironmentVariable("LIMIQUANTIX_SOAK_NOTES") is not { Length: > 0 } path)
            return;
        lock (Writing)
            File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture, $"| {count} | {what} |\n"));
    }
}
