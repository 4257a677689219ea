namespace LimiQuantix.Core.Resources.Queries;

/// <summary>Finds every problem of a query.</summary>
internal static class QueryValidation
{
    private const int MaxLabels = 16;

    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static void Check(ResourceQuery query, bool hasNames)
    {
        List<LimiQuantixProblem> problems = [];
        if (query.Limit is < 1 or > 1000) problems.Add(Problem("/limit", $"A page has {query.Limit} resources.", "Use 1 to 1000."));
        if (query.Order is not (ResourceOrder.Created or ResourceOrder.Name)) problems.Add(Problem("/order", "This order is not known.", "Use Created or Name."));
        if (query.Order == ResourceOrder.Name && !hasNames) problems.Add(Problem("/order", "These have no names.", "Use Created."));
        if (query.Text is { Length: > ResourceQuery.MaxTextLength } text)
            problems.Add(Problem("/text", $"The text has {text.Length} characters.", $"Use at most {ResourceQuery.MaxTextLength}."));
        if (query.Labels is null) problems.Add(Problem("/labels", "The labels are null.", "Leave them empty."));
        else if (query.Labels.Count > MaxLabels) problems.Add(Problem("/labels", $"There are {query.Labels.Count} labels.", $"Use at most {MaxLabels}."));
        if (query.Project is { } project && !Names.IsDnsLabel(project))
            problems.Add(Problem("/project", $"'{Names.Show(project)}' is not a project's name.", "Use lower-case letters, digits and inner hyphens, at most 63."));
        if (query is { Project: not null, AllProjects: true }) problems.Add(Problem("/project", "One project and all of them are asked for.", "Give one of the two."));
        Throw("The query is not valid", problems);
    }

    /// <summary>Throws when there are problems, all in one error.</summary>
    public static void Throw(string what, IReadOnlyList<LimiQuantixProblem> problems)
    {
        if (Error(what, problems) is { } error) throw new LimiQuantixException(error);
    }

    /// <summary>The problems as one error; <see langword="null"/> when there are none.</summary>
    public static LimiQuantixError? Error(string what, IReadOnlyList<LimiQuantixProblem> problems) => problems.Count == 0
        ? null
        : new LimiQuantixError
        {
            Code = ErrorCodes.InvalidArgument,
            Message = $"{what}: {string.Join(" ", problems.Select(problem => problem.Message))}",
            Remedy = string.Join(" ", problems.Select(problem => problem.Remedy).Where(remedy => remedy is not null)),
            Target = problems[0].Pointer,
            Problems = problems,
        };

    /// <summary>One problem.</summary>
    public static LimiQuantixProblem Problem(string pointer, string message, string remedy) =>
        new() { Pointer = pointer, Message = message, Remedy = remedy };
}
