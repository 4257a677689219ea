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
            if (Find(options.GetType(), property.Key) is null)
            {
                problems.Add($"'{Names.Show(property.Key)}' is no option. There are: {string.Join(", ", Properties(options.GetType()).Select(known => known.Name))}.");
                continue;
            }

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

    private static PropertyInfo[] Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static PropertyInfo? Find(Type type, string name) =>
        Properties(type).FirstOrDefault(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));
}
