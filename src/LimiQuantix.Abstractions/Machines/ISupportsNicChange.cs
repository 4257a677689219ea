using System.Diagnostics.CodeAnalysis;
using LimiQuantix.Networks;

namespace LimiQuantix.Machines;

/// <summary>Capability of a hypervisor: interfaces of running machines change under the guest. Declared; no hypervisor has it yet.</summary>
[Experimental("LQX002")]
public interface ISupportsNicChange
{
    /// <summary>Changes what is named of an interface. Succeeds when it is so already.</summary>
    /// <param name="request">The interface, and what of it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.FailedPrecondition"/>: it is off; <see cref="ErrorCodes.InvalidArgument"/>: another kind of
    /// attachment than it has, which only a machine that is off can get.
    /// </exception>
    Task<ChangeNicResult> ChangeNicAsync(ChangeNicRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks to change an interface of a running machine.</summary>
[Experimental("LQX002")]
public sealed record ChangeNicRequest : MutatingRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>The interface's place in the machine.</summary>
    public required Guid NicId { get; init; }

    /// <summary>How the node connects it from now on; <see langword="null"/>: as it does.</summary>
    public NicAttachment? Attachment { get; init; }

    /// <summary>Whether its cable is in; <see langword="null"/>: as it is.</summary>
    public bool? IsLinkUp { get; init; }
}

/// <summary>That an interface is as it was asked for.</summary>
[Experimental("LQX002")]
public sealed record ChangeNicResult;
