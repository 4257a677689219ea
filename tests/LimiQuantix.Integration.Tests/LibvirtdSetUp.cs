using LimiQuantix.Testing;

namespace LimiQuantix.Integration.Tests;

/// <summary>Ends the assembly's libvirtd after its last test.</summary>
[SetUpFixture]
public sealed class LibvirtdSetUp : SharedLibvirtd;
