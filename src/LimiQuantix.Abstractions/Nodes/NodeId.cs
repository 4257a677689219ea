namespace LimiQuantix.Nodes;

/// <summary>A node's id: lower-case letters, digits and hyphens, at most 63. A single machine is <see cref="Local"/>.</summary>
public readonly record struct NodeId
{
    private const string LocalValue = "local";

    // Null for the local node, so that a default id is that node's in every way, equality and hash too.
    private readonly string? _value;

    /// <summary>Creates an id.</summary>
    /// <param name="value">Lower-case letters, digits and inner hyphens, at most 63.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: not such a name.</exception>
    public NodeId(string value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > 63 || value[0] == '-' || value[^1] == '-'
            || !value.All(c => c is '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9')))
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"'{value}' is not a node id.", "Use lower-case letters, digits and inner hyphens, at most 63.", nameof(value));
        }

        _value = value == LocalValue ? null : value;
    }

    /// <summary>The node of a single-machine installation; the default id is the same.</summary>
    public static NodeId Local => default;

    /// <summary>The id's text.</summary>
    public string Value => _value ?? LocalValue;

    /// <inheritdoc/>
    public override string ToString() => Value;
}
