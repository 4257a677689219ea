using System.Collections;
using System.Reflection;

namespace LimiQuantix.Providers.Secrets;

/// <summary>
/// Says of every reference in an instance's options that it is that instance's, whatever the host or a configuration file wrote there: in
/// properties, lists and dictionaries, and in the objects of the plugin's own that they hold.
/// </summary>
internal static class InstanceSecrets
{
    private const int MaxDepth = 8;

    /// <summary>Sets the owner in place.</summary>
    public static void Own(object options, string instance) => OwnWithin(options, SecretOwner.OfInstance(instance), [], MaxDepth);

    private static void OwnWithin(object value, SecretOwner owner, HashSet<object> seen, int depth)
    {
        if (depth == 0 || !seen.Add(value)) return;
        switch (value)
        {
            case IDictionary<string, SecretReference> secrets:
                foreach (var (key, secret) in secrets.ToList())
                {
                    if (secret is not null) secrets[key] = secret with { Owner = owner };
                }

                break;
            case IList<SecretReference> secrets:
                for (var i = 0; i < secrets.Count; i++)
                {
                    if (secrets[i] is not null) secrets[i] = secrets[i] with { Owner = owner };
                }

                break;
            case IEnumerable many and not string:
                foreach (var element in many)
                {
                    if (IsOwnObject(element)) OwnWithin(element, owner, seen, depth - 1);
                    else if (ValueOf(element) is { } held) OwnWithin(held, owner, seen, depth - 1);
                }

                break;
            default:
                foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)) OwnProperty(value, property, owner, seen, depth);
                break;
        }
    }

    private static void OwnProperty(object value, PropertyInfo property, SecretOwner owner, HashSet<object> seen, int depth)
    {
        if (property.GetMethod is null || property.GetIndexParameters().Length > 0 || property.PropertyType.IsValueType) return;
        switch (property.GetValue(value))
        {
            case SecretReference secret when property.SetMethod is not null:
                property.SetValue(value, secret with { Owner = owner });
                break;
            case string or null or SecretReference:
                break;
            case { } held when held is IEnumerable || IsOwnObject(held):
                OwnWithin(held, owner, seen, depth - 1);
                break;
        }
    }

    // A dictionary's element.
    private static object? ValueOf(object? element) =>
        element?.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
            && type.GetProperty("Value")!.GetValue(element) is { } held && IsOwnObject(held) ? held : null;

    // The platform's own objects hold no references of ours, and asking them for everything they have can do anything.
    private static bool IsOwnObject(object? value) =>
        value is not null && value.GetType() is { IsPrimitive: false, IsEnum: false } type && type.Assembly.GetName().Name is { } name
        && !name.StartsWith("System", StringComparison.Ordinal) && !name.StartsWith("Microsoft.", StringComparison.Ordinal);
}
