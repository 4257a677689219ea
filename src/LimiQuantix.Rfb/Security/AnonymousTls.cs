namespace LimiQuantix.Rfb.Security;

/// <summary>TLS without certificates.</summary>
internal static class AnonymousTls
{
    public static Task<Stream> RunAsync(Stream stream, CancellationToken ct) => throw new IOException("not yet");
}
