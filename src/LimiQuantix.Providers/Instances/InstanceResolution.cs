using LimiQuantix.Nodes;
using LimiQuantix.Providers.Guards;
using LimiQuantix.Providers.Loading;

namespace LimiQuantix.Providers.Instances;

/// <summary>Turns what is configured into instances, or into one error that names everything that is wrong.</summary>
internal static class InstanceResolution
{
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: names every problem.</exception>
    public static IReadOnlyList<ProviderInstance> Resolve(
        IReadOnlyList<InstanceConfiguration> wanted, PluginCatalog catalog, ProviderEnvironment environment, IReadOnlyList<string>? known = null)
    {
        List<string> problems = [.. known ?? []];
        PluginStart start = new(environment.Deadlines.Register, environment.TimeProvider);
        List<Candidate> found = [];
        foreach (InstanceConfiguration instance in wanted)
        {
            if (!Names.IsDnsLabel(instance.Name))
                problems.Add($"'{Names.Show(instance.Name)}' of kind '{Names.Show(instance.Kind)}' is not a name. {Names.DnsLabelRule}");
            else if (FindKind(instance, catalog, problems) is { } kind)
                Configure(instance, kind, environment.NodeId, found, problems, start);
        }

        foreach (Candidate candidate in found.Where(c => !c.IsBroken))
            Judge(candidate, environment.NodeId, problems, start);
        foreach (Candidate[] same in found.Where(c => !c.IsBroken).GroupBy(c => c.Info.Key).Select(g => g.ToArray()).Where(g => g.Length > 1))
            problems.Add($"Two instances are {same[0].Info.ToKey()}: one of kind '{same[0].Kind.Kind}', one of kind '{same[1].Kind.Kind}'.");
        if (problems.Count > 0)
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, Describe(problems), target: "instances");
        return [.. found.Select(c => new ProviderInstance(c.Info, c.Kind, c.Options!, environment))];
    }

    private static string Describe(List<string> problems) => problems.Count == 1
        ? problems[0]
        : $"{problems.Count} things are wrong with the configured instances:{string.Concat(problems.Select(p => "\n- " + p))}";

    private static ProviderKind? FindKind(InstanceConfiguration instance, PluginCatalog catalog, List<string> problems)
    {
        ProviderKind[] named = [.. catalog.Kinds.Where(k => k.Kind == instance.Kind)];
        ProviderKind[] fitting =
        [
            .. named.Where(k => instance.OptionsType is null || k.OptionsType == instance.OptionsType)
                .Where(k => instance.Contract is null || k.Contract.Name == instance.Contract),
        ];
        if (fitting.Length == 1)
            return fitting[0];
        problems.Add((named.Length, fitting.Length) switch
        {
            (0, _) => DescribeUnknown(instance, catalog),
            (_, 0) when instance.OptionsType is null => $"'{instance.Name}' is wanted as {Names.Show(instance.Contract)}, but the kind '{instance.Kind}' is registered for "
                + $"{string.Join(" and ", named.Select(k => k.Contract.Name))}.",
            (_, 0) => $"'{instance.Name}' of kind '{instance.Kind}' is configured with {instance.OptionsType!.Name}, "
                + $"but the kind takes {string.Join(" or ", named.Select(k => k.OptionsType.FullName))}.",
            _ => $"'{instance.Name}': the kind '{instance.Kind}' is registered for {string.Join(" and ", fitting.Select(k => k.Contract.Name))}; "
                + "name the contract or the options type to say which.",
        });
        return null;
    }

    // A plugin that was refused may be the one that is missing: then its own mend is the first thing to try.
    private static string DescribeUnknown(InstanceConfiguration instance, PluginCatalog catalog)
    {
        string known = string.Join(", ", catalog.Kinds.Select(k => $"'{k.Kind}'").Distinct().Order(StringComparer.Ordinal));
        LimiQuantixError[] refused = [.. catalog.Plugins.Select(p => p.Refusal).OfType<LimiQuantixError>().OrderByDescending(r => KnownKinds.IsBroughtBy(instance.Kind, r.Target))];
        string missing = $"'{instance.Name}' is of kind '{Names.Show(instance.Kind)}', which no plugin registers (known: {(known.Length > 0 ? known : "none")}).";
        string told = string.Concat(refused.Select(r => $" Plugin '{r.Target}' was refused: {r.Message} {r.Remedy}"));
        string remedy = KnownKinds.Remedy(instance.Kind);
        if (refused.Length == 0)
            return $"{missing} {remedy}{string.Concat(catalog.Notes.Select(note => $" {note.Message} {note.Remedy}"))}";
        return KnownKinds.Has(instance.Kind) && !KnownKinds.IsBroughtBy(instance.Kind, refused[0].Target)
            ? $"{missing} {remedy}{told}"
            : $"{missing}{told} If it is another plugin's: {remedy}";
    }

    private static void Configure(
        InstanceConfiguration instance, ProviderKind kind, NodeId own, List<Candidate> found, List<string> problems, PluginStart start)
    {
        NodeId? node = instance.Node ?? (kind.IsAlwaysOnNode ? own : null);
        Candidate? candidate = found.Find(c => c.Kind == kind && c.Info.Name == instance.Name && c.Said == node);
        if (candidate is null)
        {
            candidate = new Candidate(kind, node, new ProviderInstanceInfo
            {
                Name = instance.Name,
                Kind = kind.Kind,
                PluginId = kind.PluginId,
                Contract = kind.Contract,
                Node = node,
                Origin = instance.Origin,
            });
            found.Add(candidate);
        }

        if (candidate.IsBroken)
            return;
        try
        {
            // The constructor and the properties are the plugin's, what sets them is the host's own delegate.
            IReadOnlyList<string> wrong = [];
            (candidate.Options, wrong) = start.Run($"Setting the options of {candidate.Title}", () => Apply(instance, kind, candidate.Options));
            candidate.Unset.AddRange(wrong);
            problems.AddRange(wrong.Select(problem => $"{candidate.Title}: {problem}"));
        }
        catch (Exception e)
        {
            // A problem of this instance, told with the others.
            candidate.IsBroken = true;
            problems.Add($"{candidate.Title}: {e.Message}");
        }
    }

    private static (object Options, IReadOnlyList<string> Problems) Apply(InstanceConfiguration instance, ProviderKind kind, object? options)
    {
        options ??= kind.CreateOptions();
        List<string> problems = [];
        foreach (InstanceStep step in instance.Steps)
        {
            step.Configure?.Invoke(options);
            if (step.Settings is { } settings) problems.AddRange(kind.Bind(options, settings));
        }

        return (options, problems);
    }

    private static void Judge(Candidate candidate, NodeId own, List<string> problems, PluginStart start)
    {
        try
        {
            (bool isShared, IReadOnlyList<string> wrong) = start.Run(
                $"The check of the options of {candidate.Title}",
                () => (candidate.Kind.IsShared(candidate.Options!), (IReadOnlyList<string>)[.. candidate.Kind.Validate(candidate.Options!)]));
            candidate.Info = candidate.Info with { Node = candidate.Said ?? (isShared ? null : own) };
            // Of an option that could not be set enough is said.
            problems.AddRange(wrong.Where(problem => !candidate.IsUnset(problem)).Select(problem => $"{candidate.Title}: {problem}"));
        }
        catch (Exception e)
        {
            problems.Add($"{candidate.Title}: the check of its options failed: {e.Message}");
        }
    }

    private sealed class Candidate(ProviderKind kind, NodeId? said, ProviderInstanceInfo info)
    {
        public ProviderKind Kind => kind;

        /// <summary>The node that is sure before the options are set.</summary>
        public NodeId? Said => said;

        /// <summary>The options as they were set so far.</summary>
        public object? Options { get; set; }

        public ProviderInstanceInfo Info { get; set; } = info;

        /// <summary>What could not be set of the options: sentences that begin with the option's name.</summary>
        public List<string> Unset { get; } = [];

        public string Title => $"{Info.ToKey()} of kind '{Info.Kind}'";

        /// <summary>Whether configuring failed, so that checking the options would only repeat it.</summary>
        public bool IsBroken { get; set; }

        /// <summary>Whether a problem is about an option that could not be set.</summary>
        public bool IsUnset(string problem) =>
            Unset.Exists(wrong => problem.Contains(wrong.Split(':', ' ')[0].Trim('\''), StringComparison.OrdinalIgnoreCase));
    }
}
