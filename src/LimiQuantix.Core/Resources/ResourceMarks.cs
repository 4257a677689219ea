using LimiQuantix.Core.Resources.Queries;

namespace LimiQuantix.Core.Resources;

/// <summary>The rules of labels and sharing, for every noun.</summary>
internal static class ResourceMarks
{
    private const int MaxLabels = 64;
    private const int MaxProjects = 32;

    /// <summary>The labels with the changes made: <see langword="null"/> removes.</summary>
    public static IReadOnlyDictionary<string, string> Merge(
        IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string?> changes, List<LimiQuantixProblem> problems)
    {
        if (changes.Count == 0) return labels;
        Dictionary<string, string> merged = new(labels, StringComparer.Ordinal);
        foreach (var (key, value) in changes)
        {
            if (value is null) merged.Remove(key);
            else merged[key] = value;
            if (value is not null) CheckLabel(key, value, problems);
        }

        if (merged.Count > MaxLabels) problems.Add(QueryValidation.Problem("/labels", $"There would be {merged.Count} labels.", $"Have at most {MaxLabels}."));
        return merged;
    }

    /// <summary>Finds what is wrong with a sharing.</summary>
    public static void Check(ResourceSharing sharing, List<LimiQuantixProblem> problems)
    {
        if (sharing.Scope is SharingScope.Unknown || !Enum.IsDefined(sharing.Scope))
            problems.Add(QueryValidation.Problem("/sharing/scope", "This scope is not known.", "Use Private, Project, Projects or Public."));
        if (sharing.Scope == SharingScope.Projects ? sharing.Projects.Count is < 1 or > MaxProjects : sharing.Projects.Count > 0)
        {
            problems.Add(QueryValidation.Problem(
                "/sharing/projects", $"There are {sharing.Projects.Count} projects.", $"Name 1 to {MaxProjects} with the scope Projects, otherwise none."));
        }

        foreach (var project in sharing.Projects.Where(project => !Names.IsDnsLabel(project)).Take(1))
            problems.Add(QueryValidation.Problem("/sharing/projects", $"'{Names.Show(project)}' is not a project's name.", Names.DnsLabelRule));
    }

    private static void CheckLabel(string key, string value, List<LimiQuantixProblem> problems)
    {
        if (key.Length is < 1 or > 63 || Names.HasControlCharacter(key))
            problems.Add(QueryValidation.Problem("/labels", $"'{Names.Show(key)}' is not a label's key.", "Use 1 to 63 printable characters."));
        if (value.Length > 255 || Names.HasControlCharacter(value))
            problems.Add(QueryValidation.Problem("/labels", $"The value of label '{Names.Show(key)}' is too long or not printable.", "Use at most 255 printable characters."));
    }
}
