namespace LimiQuantix.Core.Tests.Machines.Support;

public sealed class FakePlatformOptions;
