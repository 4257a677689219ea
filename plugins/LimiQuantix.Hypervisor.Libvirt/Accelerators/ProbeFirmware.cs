namespace LimiQuantix.Hypervisor.Libvirt.Accelerators;

/// <summary>The firmware that the probe's guest is: <c>probe.S</c>, assembled, at the end of 64 KiB.</summary>
internal static class ProbeFirmware
{
    /// <summary>What QEMU exits with when the guest came to its end: isa-debug-exit gives twice the value written (42), plus one.</summary>
    public const int ExitCode = 85;

    /// <summary>The size of the assembled program, of which the last 16 bytes are where the processor begins.</summary>
    public const int ProgramBytes = 1024;

    private const int SizeBytes = 64 << 10;

    private const string Program =
        "fa31c08ed88ed0bc0070c70600013cfcc706020100f0c70600050000cd40833e000501751c2e660f0116c0fd0f20c00c010f22c066ea48fc" +
        "0f000800ff060005cfb001e6f4f4ebf9b8100000008ed88ec08ed0bc00700000b801fd0f0066a30002000066c70502020000080066c70504" +
        "020000008ec1e81066a3060200000f011dc6fd0f00cd4066833d000500000275b0c705f000e0feff010000c7055003e0fe00070000bf0000" +
        "010031c0b9000c0000f3abc7050000010003100100c7050010010003200100c7050020010083000000b8000001000f22d8b8200000000f22" +
        "e0b9800000c00f320d000100000f300f20c00d000000800f22c0ea09fd0f00180066ff0500050000cfbf00120000b88dfd0f0066890766c7" +
        "4702180066c74704008ec1e81066894706c7470800000000c7470c000000000f011c25ccfd0f00b011e620e6a0b020e621b028e6a1b004e6" +
        "21b002e6a1b001e621e6a1b0fee621b0ffe6a1b034e643b09ce640b02ee640c704250006000000000000fbf4833c25000600000372f5b02a" +
        "e6f4f4ebfd50ff042500060000b020e6205848cf8db400000000000000000000ffff0000009bcf00ffff00000093cf00ffff0000009baf00" +
        "1f00a0fd0f000702000000000f020010";

    private const string ResetJump = "ea00fc00f0";

    public static byte[] Create()
    {
        var firmware = new byte[SizeBytes];
        // Whatever is not the program halts.
        firmware.AsSpan(0, SizeBytes - ProgramBytes).Fill(0xF4);
        Convert.FromHexString(Program).CopyTo(firmware, SizeBytes - ProgramBytes);
        Convert.FromHexString(ResetJump).CopyTo(firmware, SizeBytes - 16);
        return firmware;
    }
}
