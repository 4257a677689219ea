namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>Damages bytes as a broken or hostile peer would.</summary>
internal static class Damage
{
    private static readonly byte[] Extremes = [0, 1, 0x7F, 0x80, 0xFF];

    public static byte[] Apply(byte[] bytes, Random random)
    {
        var damaged = bytes.ToList();
        for (var i = random.Next(1, 5); i > 0 && damaged.Count > 0; i--)
        {
            // The handshake is small and would hide behind the pixels.
            var at = random.Next(random.Next(3) == 0 ? Math.Min(80, damaged.Count) : damaged.Count);
            switch (random.Next(6))
            {
                case 0:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    damaged[at] = Extremes[random.Next(Extremes.Length)];
                    break;
                case 2:
                    damaged.RemoveRange(at, Math.Min(random.Next(1, 20), damaged.Count - at));
                    break;
                case 3:
                    damaged.InsertRange(at, damaged.GetRange(at, Math.Min(random.Next(1, 20), damaged.Count - at)));
                    break;
                case 4:
                    for (var j = at; j < Math.Min(at + 4, damaged.Count); j++)
                        damaged[j] = 0xFF;
                    break;
                default:
                    if (random.Next(4) == 0)
                        damaged.RemoveRange(at, damaged.Count - at);
                    break;
            }
        }
        return [.. damaged];
    }
}
