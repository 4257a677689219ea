namespace LimiQuantix.Core.Tests.Machines.Support;

public sealed class FakePlatformStorageOptions;

public sealed class FakePlatformAgentOptions;
