using SharpCompress.Compressors.Xz;

namespace LimiQuantix.Images.Decompression;

/// <summary>
/// A whole .xz file: streams one after another with padding of zeros between them (The .xz File Format §2). Each stream's window is
/// checked before a decoder allocates it.
/// </summary>
internal sealed class XzStreams(FileStream input, long maximumWindowBytes) : ForwardStream
{
    private XZStream? _current;

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (_current is null && !OpenNext()) return 0;
            var read = _current!.Read(buffer);
            if (read > 0 || buffer.IsEmpty) return read;
            _current = null;
        }
    }

    private bool OpenNext()
    {
        int next;
        do
        {
            next = input.ReadByte();
        }
        while (next == 0);

        if (next < 0) return false;
        input.Position--;
        XzWindow.Check(input, maximumWindowBytes);
        _current = new XZStream(input);
        return true;
    }
}
