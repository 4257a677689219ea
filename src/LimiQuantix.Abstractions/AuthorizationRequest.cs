namespace LimiQuantix;

/// <summary>One question to the authorizer.</summary>
public sealed record AuthorizationRequest
{
    /// <summary>Who calls.</summary>
    public required Caller Caller { get; init; }

    /// <summary>What is to be done: one of <see cref="Actions"/>. New ones are added in minor versions: refuse what is not known.</summary>
    public required string Action { get; init; }

    /// <summary>
    /// What it is done to: the resource as it is stored, or, for a creation or a list, the kind and the project alone. <see langword="null"/>
    /// for what belongs to the whole installation and is no resource.
    /// </summary>
    public ResourceTarget? Resource { get; init; }

    /// <summary>
    /// What the caller asked for, as it was passed: a specification, an import, a query. <see langword="null"/> when the action and the
    /// resource say all. It is the caller's own object: look at it, do not change it.
    /// </summary>
    public object? Request { get; init; }
}

/// <summary>What an action is about.</summary>
public sealed record ResourceTarget
{
    /// <summary>The kind, which is the action's noun: <c>machines</c>, <c>images</c>, <c>volumes</c>, <c>pools</c>, <c>networks</c>, <c>nodes</c>, <c>operations</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The resource's id; <see langword="null"/> when there is none yet, and for what is known by name alone.</summary>
    public Guid? Id { get; init; }

    /// <summary>The resource's name, where it has one.</summary>
    public string? Name { get; init; }

    /// <summary>The project that it belongs to; <see langword="null"/> for what belongs to the whole installation.</summary>
    public string? Project { get; init; }

    /// <summary>Its labels as they are stored; those that are wanted, for one that is to be created.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
