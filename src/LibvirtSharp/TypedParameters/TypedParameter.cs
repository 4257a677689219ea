using System.Globalization;
using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>One of libvirt's typed parameters: a name and a value of one of seven types.</summary>
public readonly record struct TypedParameter
{
    /// <summary>Tells a daemon that this client takes parameters that are strings (<c>VIR_TYPED_PARAM_STRING_OKAY</c>).</summary>
    internal const uint StringsWelcome = 4;

    private readonly TypedParam _wire;

    private TypedParameter(string name, TypedParamValue value) => _wire = new TypedParam { Field = name, Value = value };

    /// <summary>
    /// A parameter of a value: a whole number of any of .NET's types, a <see cref="double"/>, a <see cref="bool"/> or a <see cref="string"/>.
    /// A whole number becomes the type that libvirt wants for this name, <c>100000</c> an unsigned long for <c>cpu_shares</c>; for a name that this
    /// client does not know it goes as what it is (<see cref="int"/>, <see cref="uint"/>, <see cref="long"/>, <see cref="ulong"/>; smaller types as <see cref="int"/>).
    /// </summary>
    /// <exception cref="ArgumentException">libvirt has no parameters of the value's type, or wants another for this name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is too large or too small for the type that libvirt wants for this name.</exception>
    public TypedParameter(string name, object value)
        : this(name, Wire(name, value))
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

    private static TypedParamValue Wire(string name, object value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        TypedParamValue wire = value switch
        {
            sbyte or byte or short or ushort or int => Whole(TypedParameterType.Int, Convert.ToInt64(value, CultureInfo.InvariantCulture)),
            uint number => Whole(TypedParameterType.UInt, number),
            long number => Whole(TypedParameterType.LLong, number),
            ulong number => Whole(TypedParameterType.ULLong, number),
            double or float => new TypedParamValue { Type = TypedParameterType.Double, D = Convert.ToDouble(value, CultureInfo.InvariantCulture) },
            bool flag => new TypedParamValue { Type = TypedParameterType.Boolean, B = flag ? 1 : 0 },
            string text => new TypedParamValue { Type = TypedParameterType.String, S = text },
            null => throw new ArgumentNullException(nameof(value)),
            _ => throw new ArgumentException($"libvirt has no parameters of type {value.GetType().Name}.", nameof(value)),
        };
        if (KnownParameters.TypeOf(name) is not { } wanted || wanted == wire.Type)
            return wire;
        if (!IsWhole(wire.Type) || !IsWhole(wanted))
            throw new ArgumentException($"libvirt wants a value of type {wanted} for {name}, not of {wire.Type}.", nameof(value));
        try
        {
            return Whole(wanted, Convert.ToDecimal(value, CultureInfo.InvariantCulture));
        }
        catch (OverflowException)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, $"libvirt wants a number of type {wanted} for {name}, which cannot hold it.");
        }
    }

    private static bool IsWhole(TypedParameterType type) =>
        type is TypedParameterType.Int or TypedParameterType.UInt or TypedParameterType.LLong or TypedParameterType.ULLong;

    /// <exception cref="OverflowException">It does not fit.</exception>
    private static TypedParamValue Whole(TypedParameterType type, decimal number) => type switch
    {
        TypedParameterType.Int => new TypedParamValue { Type = type, I = (int)number },
        TypedParameterType.UInt => new TypedParamValue { Type = type, Ui = (uint)number },
        TypedParameterType.LLong => new TypedParamValue { Type = type, L = (long)number },
        _ => new TypedParamValue { Type = type, Ul = (ulong)number },
    };
}
