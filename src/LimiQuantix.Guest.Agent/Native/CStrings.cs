using System.Runtime.InteropServices;
using System.Text;

namespace LimiQuantix.Guest.Agent.Native;

/// <summary>A list of strings as execve(2) wants it; freed on disposal.</summary>
internal sealed unsafe class CStrings : IDisposable
{
    private readonly nint _block;

    public CStrings(IReadOnlyList<string> strings)
    {
        int size = (strings.Count + 1) * sizeof(byte*) + strings.Sum(s => Encoding.UTF8.GetByteCount(s) + 1);
        _block = Marshal.AllocHGlobal(size);
        Pointers = (byte**)_block;
        byte* at = (byte*)_block + ((strings.Count + 1) * sizeof(byte*));
        for (int i = 0; i < strings.Count; i++)
        {
            Pointers[i] = at;
            int written = Encoding.UTF8.GetBytes(strings[i], new Span<byte>(at, size - (int)(at - (byte*)_block)));
            at[written] = 0;
            at += written + 1;
        }

        Pointers[strings.Count] = null;
    }

    public byte** Pointers { get; }

    public void Dispose() => Marshal.FreeHGlobal(_block);
}
