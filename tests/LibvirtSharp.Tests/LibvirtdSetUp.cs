using LimiQuantix.Testing;

namespace LibvirtSharp.Tests;

/// <summary>Ends the assembly's daemon after its last test.</summary>
[SetUpFixture]
public sealed class LibvirtdSetUp : SharedLibvirtd;
