using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using LimiQuantix.Providers.Loading;

namespace LimiQuantix.Providers.Secrets;

/// <summary>
/// Says of every reference in an instance's options that it is that instance's, whatever the host or a configuration file wrote there: in
/// properties, lists and dictionaries, and in the objects of the plugin's own that they hold. In a host that is trimmed or compiled ahead of time those objects'
/// properties may not be there to be asked for: there only the options' own count, and what lies deeper has no owner and does not resolve.
/// </summary>
internal static class InstanceSecrets
{
    private const int MaxDepth = 8;

    /// <summary>Sets the owner in place.</summary>
    /// <param name="options">The options.</param>
    /// <param name="instance">The instance's name.</param>
    public static void Own<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
        TOptions options, string instance)
        where TOptions : class
    {
        var owner = SecretOwner.OfInstance(instance);
        HashSet<object> seen = [options];
        foreach (var held in OwnProperties(options, typeof(TOptions), owner))
        {
            if (HostCode.IsWhole) OwnWithin(held, owner, seen, MaxDepth - 1);
            else OwnElements(held, owner);
        }
    }

    [RequiresUnreferencedCode("Asks the objects of another's plugin for all they have.")]
    private static void OwnWithin(object value, SecretOwner owner, HashSet<object> seen, int depth)
    {
        if (depth == 0 || !seen.Add(value) || OwnElements(value, owner)) return;
        IEnumerable<object> inner = value switch
        {
            IEnumerable many => many.Cast<object?>().Select(element => IsOwnObject(element) ? element : ValueOf(element)).OfType<object>().ToList(),
            _ => OwnProperties(value, value.GetType(), owner),
        };
        foreach (var held in inner) OwnWithin(held, owner, seen, depth - 1);
    }

    /// <summary>Owns the references of a list or a dictionary of them. Gives whether it was one.</summary>
    private static bool OwnElements(object value, SecretOwner owner)
    {
        switch (value)
        {
            case IDictionary<string, SecretReference> secrets:
                foreach (var (key, secret) in secrets.ToList())
                {
                    if (secret is not null) secrets[key] = secret with { Owner = owner };
                }

                return true;
            case IList<SecretReference> secrets:
                for (var i = 0; i < secrets.Count; i++)
                {
                    if (secrets[i] is not null) secrets[i] = secrets[i] with { Owner = owner };
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>Owns the references that are properties. Gives what the others hold that may hold references in turn.</summary>
    private static List<object> OwnProperties(
        object value, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type, SecretOwner owner)
    {
        List<object> inner = [];
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetMethod is null || property.GetIndexParameters().Length > 0 || property.PropertyType.IsValueType) continue;
            switch (property.GetValue(value))
            {
                case SecretReference secret when property.SetMethod is not null:
                    property.SetValue(value, secret with { Owner = owner });
                    break;
                case string or null or SecretReference:
                    break;
                case { } held when held is IEnumerable || IsOwnObject(held):
                    inner.Add(held);
                    break;
            }
        }

        return inner;
    }

    // A dictionary's element.
    [RequiresUnreferencedCode("Asks an object of any type for its value.")]
    private static object? ValueOf(object? element) =>
        element?.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
            && type.GetProperty("Value")!.GetValue(element) is { } held && IsOwnObject(held) ? held : null;

    // The platform's own objects hold no references of ours, and asking them for everything they have can do anything.
    private static bool IsOwnObject([NotNullWhen(true)] object? value) =>
        value is not null && value.GetType() is { IsPrimitive: false, IsEnum: false } type && type.Assembly.GetName().Name is { } name
        && !name.StartsWith("System", StringComparison.Ordinal) && !name.StartsWith("Microsoft.", StringComparison.Ordinal);
}
