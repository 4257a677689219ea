namespace LibvirtSharp;

/// <summary>The security driver that labels a host's domains.</summary>
/// <param name="Model">Its name, <c>selinux</c>, <c>apparmor</c>; empty when there is none.</param>
/// <param name="DomainOfInterpretation">In whose sense its labels are to be read; <c>0</c> for most.</param>
public sealed record NodeSecurityModel(string Model, string DomainOfInterpretation);
