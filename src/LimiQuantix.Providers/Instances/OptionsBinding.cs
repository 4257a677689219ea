using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using LimiQuantix.Providers.Loading;
using Microsoft.Extensions.Configuration;

namespace LimiQuantix.Providers.Instances;

/// <summary>
/// Sets the properties of options from settings, and tells everything that is wrong with them. What most options consist of is set by the options' own
/// properties, which the trimmer leaves; the platform's binder does the rest where the host has all its code. (The platform's source generator is no help: it
/// cannot make a type with required members, as a reference to a secret is.)
/// </summary>
internal static class OptionsBinding
{
    private const string NotSettable = "it is not for settings to set.";

    /// <summary>Whether options of this type have properties that only the platform's binder sets.</summary>
    public static bool NeedsReflection([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type) =>
        Properties(type).Any(property => !OptionValue.IsKnown(property.PropertyType) && !OptionCollection.IsKnown(property.PropertyType));

    /// <summary>Sets what the settings name.</summary>
    /// <param name="options">The options.</param>
    /// <param name="settings">Values by property name, nested ones with a colon; names in any case.</param>
    /// <returns>What is wrong, as sentences.</returns>
    public static IReadOnlyList<string> Bind<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
        TOptions options, IReadOnlyDictionary<string, string?> settings)
        where TOptions : class
    {
        List<string> problems = [];
        List<PropertyInfo> known = [.. Properties(typeof(TOptions))];
        // Each property alone, so that one that does not fit hides none of the others.
        foreach (var group in settings.GroupBy(setting => setting.Key.Split(':')[0], StringComparer.OrdinalIgnoreCase))
        {
            if (known.Find(property => string.Equals(property.Name, group.Key, StringComparison.OrdinalIgnoreCase)) is not { } property)
            {
                var others = known.Count == 0 ? "there are none." : $"There are: {string.Join(", ", known.Select(each => each.Name))}.";
                problems.Add($"'{Names.Show(group.Key)}' is no option. {others}");
                continue;
            }

            try
            {
                if (Set(options, property, [.. group]) is { } problem) problems.Add($"{property.Name}: {problem}");
            }
            catch (Exception exception)
            {
                // The setters are the plugin's: whatever one throws is a problem of this property.
                problems.Add($"{property.Name}: {(exception is TargetInvocationException ? exception.InnerException ?? exception : exception).Message}");
            }
        }

        return problems;
    }

    private static string? Set(object options, PropertyInfo property, KeyValuePair<string, string?>[] settings)
    {
        // By what stands behind the property's name: nothing for the property itself.
        List<OptionSetting> values = [.. settings.Select(each => new OptionSetting(each.Key[property.Name.Length..].TrimStart(':'), each.Value))];
        if (OptionValue.IsKnown(property.PropertyType))
        {
            if (property.SetMethod is not { IsPublic: true }) return NotSettable;
            if (!OptionValue.TryRead(property.PropertyType, values, out var value, out var problem)) return problem;
            property.SetValue(options, value);
            return null;
        }

        if (OptionCollection.IsKnown(property.PropertyType)) return OptionCollection.Fill(options, property, values);
        if (HostCode.IsWhole) return BindByReflection(options, property, values);
        return "its settings are set by reflection, which this host, trimmed or compiled ahead of time, does not have. "
            + "Set it in code, or ask the plugin's author to register a binder.";
    }

    [RequiresUnreferencedCode("What another's plugin has in its options is bound as deep as it goes.")]
    [RequiresDynamicCode("Lists and dictionaries of it are made by reflection.")]
    private static string? BindByReflection(object options, PropertyInfo property, IEnumerable<OptionSetting> settings)
    {
        const string Unknown = "ErrorOnUnknownConfiguration";
        static void Strict(BinderOptions binder) => binder.ErrorOnUnknownConfiguration = true;
        // What is below the property alone: bound as a whole, the options' other setters would be called too.
        var below = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Text))).Build();
        try
        {
            if (property.GetValue(options) is { } held and not Array && !property.PropertyType.IsValueType) below.Bind(held, Strict);
            else if (property.SetMethod is { IsPublic: true }) property.SetValue(options, below.Get(property.PropertyType, Strict));
            else return NotSettable;
            return null;
        }
        catch (InvalidOperationException exception) when (exception.Message.Contains(Unknown, StringComparison.Ordinal))
        {
            // The platform's binder speaks to the author of a program, not of its configuration.
            return $"there is no {Names.Show(exception.Message[(exception.Message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..])} in it.";
        }
    }

    private static IEnumerable<PropertyInfo> Properties([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0);
}
