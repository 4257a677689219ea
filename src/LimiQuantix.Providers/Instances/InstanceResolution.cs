using LimiQuantix.Providers.Guards;
using LimiQuantix.Providers.Loading;

namespace LimiQuantix.Providers.Instances;

/// <summary>Turns what the host configured into instances, or into one error that names everything that is wrong.</summary>
internal static class InstanceResolution
{
    public static IReadOnlyList<ProviderInstance> Resolve(
        IReadOnlyList<InstanceConfiguration> wanted, PluginCatalog catalog, ProviderEnvironment environment)
    {
        List<string> problems = [];
        PluginStart start = new(environment.Deadlines.Register, environment.TimeProvider);
        Dictionary<(Type Contract, string Name), Candidate> found = [];
        foreach (InstanceConfiguration instance in wanted)
        {
            if (!Names.IsDnsLabel(instance.Name))
                problems.Add($"'{Names.Show(instance.Name)}' of kind '{Names.Show(instance.Kind)}' is not a name. {Names.DnsLabelRule}");
            else if (FindKind(instance, catalog, problems) is { } kind)
                Configure(instance, kind, found, problems, start);
        }

        foreach (Candidate candidate in found.Values.Where(c => !c.IsBroken))
            problems.AddRange(Problems(candidate, start));
        if (problems.Count > 0)
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, Describe(problems), target: "instances");
        return [.. found.Values.Select(c => new ProviderInstance(c.Info, c.Kind, c.Options!, environment))];
    }

    private static string Describe(List<string> problems) => problems.Count == 1
        ? problems[0]
        : $"{problems.Count} things are wrong with the configured instances:{string.Concat(problems.Select(p => "\n- " + p))}";

    private static ProviderKind? FindKind(InstanceConfiguration instance, PluginCatalog catalog, List<string> problems)
    {
        ProviderKind[] named = [.. catalog.Kinds.Where(k => k.Kind == instance.Kind)];
        ProviderKind[] fitting = [.. named.Where(k => instance.OptionsType is null || k.OptionsType == instance.OptionsType)];
        if (fitting.Length == 1)
            return fitting[0];
        problems.Add((named.Length, fitting.Length) switch
        {
            (0, _) => DescribeUnknown(instance, catalog),
            (_, 0) => $"'{instance.Name}' of kind '{instance.Kind}' is configured with {instance.OptionsType!.Name}, "
                + $"but the kind takes {string.Join(" or ", named.Select(k => k.OptionsType.FullName))}.",
            _ => $"'{instance.Name}': the kind '{instance.Kind}' is registered for {string.Join(" and ", fitting.Select(k => k.Contract.Name))}; "
                + "name the options type to say which.",
        });
        return null;
    }

    private static string DescribeUnknown(InstanceConfiguration instance, PluginCatalog catalog)
    {
        string known = string.Join(", ", catalog.Kinds.Select(k => $"'{k.Kind}'").Distinct().Order(StringComparer.Ordinal));
        string refused = string.Concat(catalog.Plugins.Where(p => p.Refusal is not null).Select(p => $" Plugin '{p.Id}' was refused: {p.Refusal!.Message}"));
        return $"'{instance.Name}' is of kind '{instance.Kind}', which no plugin registers (known: {(known.Length > 0 ? known : "none")}). "
            + KnownKinds.Remedy(instance.Kind) + refused;
    }

    private static void Configure(
        InstanceConfiguration instance,
        ProviderKind kind,
        Dictionary<(Type Contract, string Name), Candidate> found,
        List<string> problems,
        PluginStart start)
    {
        var key = (kind.Contract, instance.Name);
        if (!found.TryGetValue(key, out Candidate? candidate))
        {
            candidate = new Candidate(kind, new ProviderInstanceInfo
            {
                Name = instance.Name,
                Kind = kind.Kind,
                PluginId = kind.PluginId,
                Contract = kind.Contract,
            });
            found.Add(key, candidate);
        }
        else if (candidate.Kind != kind)
        {
            problems.Add($"Two {kind.Contract.Name} instances are named '{instance.Name}': one of kind '{candidate.Kind.Kind}', one of kind '{kind.Kind}'.");
            return;
        }

        if (candidate.IsBroken)
            return;
        try
        {
            // The constructor and the properties are the plugin's, what sets them is the host's own delegate.
            candidate.Options = start.Run($"Setting the options of {candidate.Title}", () => Apply(instance, kind, candidate.Options));
        }
        catch (Exception e)
        {
            // A problem of this instance, told with the others.
            candidate.IsBroken = true;
            problems.Add($"{candidate.Title}: {e.Message}");
        }
    }

    private static object Apply(InstanceConfiguration instance, ProviderKind kind, object? options)
    {
        options ??= kind.CreateOptions();
        foreach (Action<object> configure in instance.Configure)
            configure(options);
        return options;
    }

    private static IReadOnlyList<string> Problems(Candidate candidate, PluginStart start)
    {
        try
        {
            return start.Run(
                $"The check of the options of {candidate.Title}",
                () => (IReadOnlyList<string>)[.. candidate.Kind.Validate(candidate.Options!).Select(problem => $"{candidate.Title}: {problem}")]);
        }
        catch (Exception e)
        {
            return [$"{candidate.Title}: the check of its options failed: {e.Message}"];
        }
    }

    private sealed class Candidate(ProviderKind kind, ProviderInstanceInfo info)
    {
        public ProviderKind Kind => kind;

        /// <summary>The options as they were set so far.</summary>
        public object? Options { get; set; }

        public ProviderInstanceInfo Info => info;

        public string Title => $"{info.Contract.Name} '{info.Name}' of kind '{info.Kind}'";

        /// <summary>Whether configuring failed, so that checking the options would only repeat it.</summary>
        public bool IsBroken { get; set; }
    }
}
