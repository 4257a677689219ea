using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using LimiQuantix.Nodes;

namespace LimiQuantix.Providers.Instances;

/// <summary>A setting below an option.</summary>
/// <param name="Key">The rest of its name; empty for the option itself.</param>
/// <param name="Text">Its value.</param>
internal readonly record struct OptionSetting(string Key, string? Text);

/// <summary>What an option can be without a binder of its own: a value that is read from text, or a reference to a secret.</summary>
internal static class OptionValue
{
    private static readonly Dictionary<Type, (string What, Func<string, object> Parse)> Scalars = new()
    {
        [typeof(string)] = ("a text", static text => text),
        [typeof(bool)] = ("true or false", static text => bool.Parse(text)),
        [typeof(byte)] = Number<byte>(),
        [typeof(short)] = Number<short>(),
        [typeof(ushort)] = Number<ushort>(),
        [typeof(int)] = Number<int>(),
        [typeof(uint)] = Number<uint>(),
        [typeof(long)] = Number<long>(),
        [typeof(ulong)] = Number<ulong>(),
        [typeof(float)] = ("a number", static text => float.Parse(text, CultureInfo.InvariantCulture)),
        [typeof(double)] = ("a number", static text => double.Parse(text, CultureInfo.InvariantCulture)),
        [typeof(decimal)] = ("a number", static text => decimal.Parse(text, CultureInfo.InvariantCulture)),
        [typeof(TimeSpan)] = ("a time such as 00:00:30", static text => TimeSpan.Parse(text, CultureInfo.InvariantCulture)),
        [typeof(DateTimeOffset)] = ("a date such as 2026-01-31T12:00:00Z", static text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)),
        [typeof(Guid)] = ("a UUID", static text => Guid.Parse(text)),
        [typeof(Uri)] = ("an address", static text => new Uri(text, UriKind.RelativeOrAbsolute)),
        [typeof(NodeId)] = ("a node's name", static text => new NodeId(text)),
    };

    /// <summary>Whether a property of this type is one value.</summary>
    public static bool IsKnown(Type type) => type == typeof(SecretReference) || Scalars.ContainsKey(Bare(type)) || Bare(type).IsEnum;

    /// <summary>Reads a value.</summary>
    /// <param name="type">What it must be.</param>
    /// <param name="settings">The setting itself, or those below it.</param>
    /// <param name="value">What was read; <see langword="null"/> where the type allows it and nothing is given.</param>
    /// <param name="problem">Why nothing was, as a sentence's end.</param>
    public static bool TryRead(Type type, IReadOnlyList<OptionSetting> settings, out object? value, [NotNullWhen(false)] out string? problem)
    {
        value = problem = null;
        if (type == typeof(SecretReference))
        {
            if (settings is [{ Text: { Length: > 0 } name } one] && one.Key.Equals("Name", StringComparison.OrdinalIgnoreCase)) value = new SecretReference { Name = name };
            else problem = "it is a reference to a secret: give its Name, such as env:S3_SECRET, and nothing else.";
        }
        else if (settings.FirstOrDefault(setting => setting.Key.Length > 0) is { Key: { } inner })
        {
            problem = $"it has one value, and nothing named '{Names.Show(inner)}'.";
        }
        else if (settings[0].Text is not { } text || (text.Length == 0 && Nullable.GetUnderlyingType(type) is not null))
        {
            if (Bare(type) == type && type.IsValueType) problem = $"give {Describe(type)}.";
        }
        else
        {
            try
            {
                value = Bare(type).IsEnum ? Enum.Parse(Bare(type), text, ignoreCase: true) : Scalars[Bare(type)].Parse(text);
            }
            catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
            {
                problem = $"'{Names.Show(text)}' is not {Describe(type)}.";
            }
        }

        return problem is null;
    }

    private static string Describe(Type type) => Bare(type) is { IsEnum: true } choice ? $"one of {string.Join(", ", Enum.GetNames(choice))}" : Scalars[Bare(type)].What;

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static (string What, Func<string, object> Parse) Number<T>() where T : struct, IBinaryInteger<T>, IMinMaxValue<T> =>
        ($"a whole number from {T.MinValue} to {T.MaxValue}", static text => T.Parse(text, CultureInfo.InvariantCulture));
}
