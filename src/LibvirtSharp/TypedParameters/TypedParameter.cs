using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>One of libvirt's typed parameters: a name and a value of one of seven types.</summary>
public readonly record struct TypedParameter
{
    /// <summary>Tells a daemon that this client takes parameters that are strings (<c>VIR_TYPED_PARAM_STRING_OKAY</c>).</summary>
    internal const uint StringsWelcome = 4;

    private readonly TypedParam _wire;

    private TypedParameter(string name, TypedParamValue value) => _wire = new TypedParam { Field = name, Value = value };

    /// <summary>A parameter of a value: <see cref="int"/>, <see cref="uint"/>, <see cref="long"/>, <see cref="ulong"/>, <see cref="double"/>, <see cref="bool"/> or <see cref="string"/>.</summary>
    /// <exception cref="ArgumentException">The value is of another type.</exception>
    public TypedParameter(string name, object value)
        : this(name, value switch
        {
            int number => new TypedParamValue { Type = TypedParameterType.Int, I = number },
            uint number => new TypedParamValue { Type = TypedParameterType.UInt, Ui = number },
            long number => new TypedParamValue { Type = TypedParameterType.LLong, L = number },
            ulong number => new TypedParamValue { Type = TypedParameterType.ULLong, Ul = number },
            double number => new TypedParamValue { Type = TypedParameterType.Double, D = number },
            bool flag => new TypedParamValue { Type = TypedParameterType.Boolean, B = flag ? 1 : 0 },
            string text => new TypedParamValue { Type = TypedParameterType.String, S = text },
            _ => throw new ArgumentException($"libvirt has no parameters of type {value?.GetType().Name ?? "null"}.", nameof(value)),
        })
    {
    }

    /// <summary>libvirt's name, <c>cpu.time</c>.</summary>
    public string Name => _wire.Field;

    /// <summary>The value's type.</summary>
    public TypedParameterType Type => _wire.Value.Type;

    /// <summary>The value as it is.</summary>
    public object Value => Type switch
    {
        TypedParameterType.Int => _wire.Value.I,
        TypedParameterType.UInt => _wire.Value.Ui,
        TypedParameterType.LLong => _wire.Value.L,
        TypedParameterType.ULLong => _wire.Value.Ul,
        TypedParameterType.Double => _wire.Value.D,
        TypedParameterType.Boolean => _wire.Value.B != 0,
        _ => _wire.Value.S,
    };

    /// <summary>The value of any whole type as an unsigned number, a flag as 0 or 1.</summary>
    /// <exception cref="OverflowException">It is negative.</exception>
    /// <exception cref="InvalidOperationException">It is no whole number.</exception>
    public ulong ToUInt64() => Type switch
    {
        TypedParameterType.ULLong => _wire.Value.Ul,
        TypedParameterType.UInt => _wire.Value.Ui,
        _ => checked((ulong)ToInt64()),
    };

    /// <summary>The value of any whole type as a signed number, a flag as 0 or 1.</summary>
    /// <exception cref="OverflowException">It is too large.</exception>
    /// <exception cref="InvalidOperationException">It is no whole number.</exception>
    public long ToInt64() => Type switch
    {
        TypedParameterType.Int => _wire.Value.I,
        TypedParameterType.UInt => _wire.Value.Ui,
        TypedParameterType.LLong => _wire.Value.L,
        TypedParameterType.ULLong => checked((long)_wire.Value.Ul),
        TypedParameterType.Boolean => _wire.Value.B,
        _ => throw new InvalidOperationException($"{Name} is of type {Type}."),
    };

    /// <summary>Name and value.</summary>
    public override string ToString() => $"{Name}={Value}";

    internal static TypedParameter[] FromWire(TypedParam[] wire) => Array.ConvertAll(wire, each => new TypedParameter(each.Field, each.Value));

    internal static TypedParam[] ToWire(ReadOnlySpan<TypedParameter> parameters)
    {
        var wire = new TypedParam[parameters.Length];
        for (int i = 0; i < wire.Length; i++)
            wire[i] = parameters[i]._wire;
        return wire;
    }
}
