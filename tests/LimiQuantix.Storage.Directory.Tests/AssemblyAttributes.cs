using System.Runtime.Versioning;

// QEMU's pools are of Linux, and so are file modes and full disks.
[assembly: UnsupportedOSPlatform("windows")]
[assembly: Parallelizable(ParallelScope.Fixtures)]
