using System.Runtime.CompilerServices;
using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>What a domain's handle and its views know of its name and number.</summary>
internal sealed class DomainIdentity(DomainRef reference)
{
    private StrongBox<DomainRef> _current = new(reference);

    public DomainRef Current => Version.Value;

    /// <summary>What is known now, for <see cref="Stopped"/>.</summary>
    public StrongBox<DomainRef> Version => Volatile.Read(ref _current);

    public void Set(DomainRef reference) => Volatile.Write(ref _current, new StrongBox<DomainRef>(reference));

    public void Renamed(string name)
    {
        DomainRef reference = Current;
        reference.Name = name;
        Set(reference);
    }

    /// <summary>It is off, by an answer to a call that was made when <paramref name="version"/> was known; what was learnt since is newer.</summary>
    public void Stopped(StrongBox<DomainRef> version)
    {
        DomainRef reference = version.Value;
        reference.Id = -1;
        Interlocked.CompareExchange(ref _current, new StrongBox<DomainRef>(reference), version);
    }
}
