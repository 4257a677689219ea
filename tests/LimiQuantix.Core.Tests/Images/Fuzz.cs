using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images;

/// <summary>How long to fuzz: a moment, or a million inputs and more when LIMIQUANTIX_SOAK is 1.</summary>
internal static class Fuzz
{
    public static int Rounds(int usual) => Soak.Rounds(usual, Math.Max(1_000_000, usual * 100));
}
