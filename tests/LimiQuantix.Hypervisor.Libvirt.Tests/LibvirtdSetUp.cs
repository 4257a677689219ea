using System.Diagnostics.CodeAnalysis;
using LimiQuantix.Testing;

/// <summary>One private libvirtd for the tests of this assembly that do not harm it.</summary>
[SetUpFixture]
[SuppressMessage("Design", "CA1050", Justification = "A set-up fixture outside any namespace is the assembly's.")]
public sealed class LibvirtdSetUp : SharedLibvirtd;
