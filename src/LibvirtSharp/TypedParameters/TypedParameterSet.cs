using System.Globalization;

namespace LibvirtSharp;

/// <summary>Typed parameters by their names. What is absent, or of a type that it should not be, is null.</summary>
internal sealed class TypedParameterSet(IReadOnlyList<TypedParameter> parameters)
{
    private Dictionary<string, TypedParameter>? _byName;

    /// <summary>Made when first asked for: of a thousand domains' statistics many are only passed on.</summary>
    private Dictionary<string, TypedParameter> ByName
    {
        get
        {
            if (_byName is { } made)
                return made;
            made = new Dictionary<string, TypedParameter>(parameters.Count, StringComparer.Ordinal);
            foreach (TypedParameter parameter in parameters)
                made[parameter.Name] = parameter;
            return _byName = made;
        }
    }

    public TypedParameter? Find(string name) => ByName.TryGetValue(name, out TypedParameter found) ? found : null;

    /// <summary>A number that is not negative; one beyond any size is <see cref="long.MaxValue"/>.</summary>
    public long? Number(string name) => Find(name) switch
    {
        { Type: TypedParameterType.ULLong } found => WireNumber.From(found.ToUInt64()),
        { Type: TypedParameterType.Double or TypedParameterType.String } or null => null,
        { } found => found.ToInt64() is >= 0 and long number ? number : null,
    };

    public long? SignedNumber(string name) => Find(name) switch
    {
        { Type: TypedParameterType.Double or TypedParameterType.String } or null => null,
        { Type: TypedParameterType.ULLong } found => found.ToUInt64() is <= long.MaxValue and ulong number ? (long)number : null,
        { } found => found.ToInt64(),
    };

    public string? Text(string name) => Find(name)?.Value as string;

    public bool? Flag(string name) => Find(name)?.Value as bool?;

    /// <param name="name">Of a number of milliseconds.</param>
    public TimeSpan? Milliseconds(string name) =>
        Number(name) is <= long.MaxValue / TimeSpan.TicksPerMillisecond and long number ? new TimeSpan(number * TimeSpan.TicksPerMillisecond) : null;

    /// <summary>
    /// The numbers of those of a group, <c>vcpu.</c>, that were sent. A count tells less: processors that are offline and interfaces
    /// without a name are left out.
    /// </summary>
    public IReadOnlyCollection<int> Numbers(string group)
    {
        var numbers = new SortedSet<int>();
        foreach (string name in ByName.Keys)
        {
            int end = name.StartsWith(group, StringComparison.Ordinal) ? name.IndexOf('.', group.Length) : -1;
            if (end > 0 && int.TryParse(name.AsSpan(group.Length..end), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>One of each of a group that were sent, by their numbers.</summary>
    public IReadOnlyList<T> List<T>(string group, Func<int, T?> item)
        where T : class =>
        [.. Numbers(group).Select(item).OfType<T>()];
}
