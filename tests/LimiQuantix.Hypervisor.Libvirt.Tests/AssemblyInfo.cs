using System.Runtime.Versioning;

[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: SupportedOSPlatform("linux")]
