using System.Globalization;
using System.Reflection;

namespace LimiQuantix.Providers.Instances;

/// <summary>Options that are lists or dictionaries of texts or of references to secrets; what the settings name is added to what they hold.</summary>
internal static class OptionCollection
{
    /// <summary>Whether a property of this type is such a collection.</summary>
    public static bool IsKnown(Type type) => IsList<string>(type) || IsList<SecretReference>(type) || IsDictionary<string>(type) || IsDictionary<SecretReference>(type);

    /// <summary>Adds what the settings name.</summary>
    /// <param name="options">The options.</param>
    /// <param name="property">Their property.</param>
    /// <param name="settings">What is below it: elements by number, or by key.</param>
    /// <returns>What is wrong, as a sentence's end; <see langword="null"/> when nothing is.</returns>
    public static string? Fill(object options, PropertyInfo property, IReadOnlyList<OptionSetting> settings) => property.PropertyType switch
    {
        var type when IsList<string>(type) => Fill<string>(options, property, settings),
        var type when IsList<SecretReference>(type) => Fill<SecretReference>(options, property, settings),
        var type when IsDictionary<string>(type) => FillByKey<string>(options, property, settings),
        _ => FillByKey<SecretReference>(options, property, settings),
    };

    private static bool IsList<T>(Type type) => typeof(IEnumerable<T>).IsAssignableFrom(type)
        && (type == typeof(T[]) || type.IsAssignableFrom(typeof(List<T>)) || type.IsAssignableFrom(typeof(HashSet<T>)));

    private static bool IsDictionary<T>(Type type) =>
        typeof(IEnumerable<KeyValuePair<string, T>>).IsAssignableFrom(type) && type.IsAssignableFrom(typeof(Dictionary<string, T>));

    private static string? Fill<T>(object options, PropertyInfo property, IReadOnlyList<OptionSetting> settings) where T : class
    {
        if (Read<T>(settings, "a list: give its elements by number", out var elements) is { } problem) return problem;
        var added = elements.Select(element => element.Value);
        var held = property.GetValue(options);
        if (held is ICollection<T> { IsReadOnly: false } list)
        {
            foreach (var element in added) list.Add(element);
            return null;
        }

        if (property.SetMethod is not { IsPublic: true }) return "it is not for settings to set.";
        List<T> all = [.. held as IEnumerable<T> ?? [], .. added];
        property.SetValue(options, property.PropertyType switch
        {
            { IsArray: true } => all.ToArray(),
            var type when type.IsAssignableFrom(typeof(List<T>)) => all,
            _ => all.ToHashSet(),
        });
        return null;
    }

    private static string? FillByKey<T>(object options, PropertyInfo property, IReadOnlyList<OptionSetting> settings) where T : class
    {
        if (Read<T>(settings, "a dictionary: give its values by key", out var values) is { } problem) return problem;
        var held = property.GetValue(options);
        if (held is IDictionary<string, T> { IsReadOnly: false } dictionary)
        {
            foreach (var (key, value) in values) dictionary[key] = value;
            return null;
        }

        if (property.SetMethod is not { IsPublic: true }) return "it is not for settings to set.";
        Dictionary<string, T> all = new(held as IEnumerable<KeyValuePair<string, T>> ?? []);
        foreach (var (key, value) in values) all[key] = value;
        property.SetValue(options, all);
        return null;
    }

    private static string? Read<T>(IReadOnlyList<OptionSetting> settings, string what, out List<KeyValuePair<string, T>> read) where T : class
    {
        read = [];
        // Elements of a list in their order, as far as they are numbered.
        var byKey = settings.GroupBy(setting => setting.Key.Split(':')[0], StringComparer.OrdinalIgnoreCase)
            .OrderBy(element => int.TryParse(element.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue);
        foreach (var element in byKey)
        {
            if (element.Key.Length == 0) return $"it is {what}, such as {(what.StartsWith("a list", StringComparison.Ordinal) ? "0" : "name")}.";
            List<OptionSetting> below = [.. element.Select(setting => new OptionSetting(setting.Key[element.Key.Length..].TrimStart(':'), setting.Text))];
            if (!OptionValue.TryRead(typeof(T), below, out var value, out var problem)) return $"{Names.Show(element.Key)}: {problem}";
            if (value is T given) read.Add(new(element.Key, given));
        }

        return null;
    }
}
