using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;

namespace LimiQuantix.Providers.Instances;

/// <summary>Sets the properties of options of a kind that has no binder of its own, and tells everything that is wrong with the settings.</summary>
internal static class ReflectionBinding
{
    public static IReadOnlyList<string> Bind(string kind, object options, IReadOnlyDictionary<string, string?> settings) =>
        Bind(kind, options, settings, RuntimeFeature.IsDynamicCodeSupported);

    public static IReadOnlyList<string> Bind(string kind, object options, IReadOnlyDictionary<string, string?> settings, bool isPossible)
    {
        if (settings.Count == 0) return [];
        if (!isPossible)
        {
            return
            [
                $"The kind '{kind}' has no options binder: settings are bound by reflection, which this host, compiled ahead of time, does not have. "
                    + "Set the options in code, or ask the plugin's author to register a binder.",
            ];
        }

        // Each property alone, so that one that does not fit hides none of the others.
        List<string> problems = [];
        foreach (var property in settings.GroupBy(setting => setting.Key.Split(':')[0], StringComparer.OrdinalIgnoreCase))
        {
            List<string> wrong = [.. property.Select(setting => WhatIsWrong(options.GetType(), setting.Key, setting.Value)).OfType<string>().Distinct()];
            problems.AddRange(wrong);
            if (wrong.Count > 0) continue;
            try
            {
                new ConfigurationBuilder().AddInMemoryCollection(property).Build().Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
            }
            catch (Exception exception)
            {
                // The setters are the plugin's: whatever one throws is a problem of this property.
                problems.Add($"{property.Key}: {(exception is TargetInvocationException ? exception.InnerException ?? exception : exception).Message}");
            }
        }

        return problems;
    }

    // Follows a setting's name through the options' types, and judges its value by the type where it ends.
    private static string? WhatIsWrong(Type options, string key, string? value)
    {
        var type = options;
        var path = "";
        foreach (var segment in key.Split(':'))
        {
            if (IsValue(type)) return $"{path}: it has one value, and nothing named '{Names.Show(segment)}'.";
            if (ElementOf(type) is { } element)
            {
                (type, path) = (element, $"{path}:{segment}");
                continue;
            }

            if (Find(type, segment) is not { } property)
            {
                var known = string.Join(", ", Properties(type).Select(each => each.Name));
                return $"'{Names.Show(path.Length == 0 ? segment : $"{path}:{segment}")}' is no option. There {(known.Length == 0 ? "are none" : $"are: {known}")}.";
            }

            (type, path) = (property.PropertyType, path.Length == 0 ? property.Name : $"{path}:{property.Name}");
        }

        if (!IsValue(type)) return string.IsNullOrEmpty(value) || type == typeof(object) ? null : $"{path}: '{Names.Show(value)}' is one value, and it has members.";
        return type == typeof(string) || (string.IsNullOrEmpty(value) && Nullable.GetUnderlyingType(type) is not null) || IsValid(type, value)
            ? null
            : $"{path}: '{Names.Show(value)}' is not {Describe(Nullable.GetUnderlyingType(type) ?? type)}.";
    }

    private static bool IsValue(Type type) => type != typeof(object) && TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string)) && ElementOf(type) is null;

    private static bool IsValid(Type type, string? value)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value ?? "") is not null;
        }
        catch (Exception)
        {
            // A converter may throw whatever it likes; the value does not fit.
            return false;
        }
    }

    private static Type? ElementOf(Type type)
    {
        if (type == typeof(string)) return null;
        if (type.IsArray) return type.GetElementType();
        var interfaces = type.IsInterface ? type.GetInterfaces().Prepend(type) : type.GetInterfaces();
        var generic = interfaces.Where(each => each.IsGenericType).ToDictionary(each => each, each => each.GetGenericTypeDefinition());
        var dictionary = generic.FirstOrDefault(each => each.Value == typeof(IDictionary<,>) || each.Value == typeof(IReadOnlyDictionary<,>)).Key;
        return dictionary?.GetGenericArguments()[1] ?? generic.FirstOrDefault(each => each.Value == typeof(IEnumerable<>)).Key?.GetGenericArguments()[0];
    }

    private static string Describe(Type type) => type switch
    {
        { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a time such as 00:00:30",
        _ when type == typeof(Uri) => "an address",
        _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "a number",
        _ when type == typeof(int) || type == typeof(short) || type == typeof(byte) || type == typeof(sbyte) || type == typeof(long) || type == typeof(uint)
            || type == typeof(ulong) || type == typeof(ushort) => $"a whole number from {type.GetField("MinValue")!.GetValue(null)} to {type.GetField("MaxValue")!.GetValue(null)}",
        _ => $"a {type.Name}",
    };

    private static PropertyInfo[] Properties(Type type) => [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(each => each.GetIndexParameters().Length == 0)];

    private static PropertyInfo? Find(Type type, string name) =>
        Properties(type).FirstOrDefault(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));
}
