using LimiQuantix.Testing;

/// <summary>Ends the assembly's libvirtd after its last test.</summary>
[SetUpFixture]
public sealed class LibvirtdSetUp : SharedLibvirtd;
