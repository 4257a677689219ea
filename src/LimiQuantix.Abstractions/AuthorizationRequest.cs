namespace LimiQuantix;

/// <summary>One question to the authorizer.</summary>
public sealed record AuthorizationRequest
{
    /// <summary>Who calls.</summary>
    public required Caller Caller { get; init; }

    /// <summary>The noun and verb, such as <c>machines.create</c>, <c>machines.get</c>, <c>images.import</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The resource, when the action is about one that exists.</summary>
    public Guid? ResourceId { get; init; }
}
