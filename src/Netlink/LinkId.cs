using System.Globalization;

namespace Netlink;

/// <summary>
/// A link, by its index or by its name (or alternative name). A name is looked up when the request that has it is sent, so that a batch may
/// name links that it makes itself. An index stays when the link is renamed, and is not given to another soon.
/// </summary>
public readonly record struct LinkId
{
    private LinkId(int index, string? name)
    {
        Index = index;
        Name = name;
    }

    /// <summary>The index, from 1; 0 when the link is given by its name, or is none.</summary>
    public int Index { get; }

    /// <summary>The name; null when the link is given by its index.</summary>
    public string? Name { get; }

    /// <summary>No link: what a port without a bridge has, or a route without an interface.</summary>
    public static LinkId None => default;

    /// <summary>Whether this is a link.</summary>
    public bool IsNone => Index == 0 && Name is null;

    /// <summary>A link by its index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Indexes begin with 1.</exception>
    public static LinkId FromIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(index, 1);
        return new LinkId(index, null);
    }

    /// <summary>A link by its name.</summary>
    /// <exception cref="ArgumentException">The kernel has no link of such a name, ever.</exception>
    public static LinkId FromName(string name)
    {
        LinkName.Check(name, LinkName.MaxAlternativeBytes, nameof(name));
        return new LinkId(0, name);
    }

    /// <summary>A link by its index.</summary>
    public static implicit operator LinkId(int index) => FromIndex(index);

    /// <summary>A link by its name.</summary>
    public static implicit operator LinkId(string name) => FromName(name);

    /// <inheritdoc/>
    public override string ToString() => Name ?? (Index == 0 ? "(none)" : string.Create(CultureInfo.InvariantCulture, $"link {Index}"));

    /// <summary>As it comes from the kernel: an index that may be 0.</summary>
    internal static LinkId FromKernel(int index) => new(index, null);

    /// <exception cref="ArgumentException">It is no link.</exception>
    internal LinkId Required(string parameter) => IsNone ? throw new ArgumentException("A link is wanted: its index or its name.", parameter) : this;
}
