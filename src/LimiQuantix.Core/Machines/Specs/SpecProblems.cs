namespace LimiQuantix.Core.Machines.Specs;

/// <summary>Everything that is wrong with a spec, each with its place.</summary>
internal sealed class SpecProblems
{
    private readonly List<LimiQuantixProblem> _all = [];

    public int Count => _all.Count;

    /// <param name="pointer">Where: a JSON pointer into the spec as JSON.</param>
    /// <param name="message">What is wrong, as a sentence that names the member.</param>
    /// <param name="remedy">What would be right, where the sentence does not say it.</param>
    public void Add(string pointer, string message, string? remedy = null) =>
        _all.Add(new LimiQuantixProblem { Pointer = pointer, Message = message, Remedy = remedy });

    /// <summary>A part of the spec, whose problems begin with its name.</summary>
    /// <param name="pointer">Where it is.</param>
    /// <param name="name">What it is called in sentences.</param>
    public SpecPlace At(string pointer, string name) => new(this, pointer, name);

    /// <summary>Throws <see cref="ErrorCodes.InvalidArgument"/> with all of them, if there are any.</summary>
    public void ThrowIfAny(string target)
    {
        if (_all.Count == 0) return;
        throw new LimiQuantixException(new LimiQuantixError
        {
            Code = ErrorCodes.InvalidArgument,
            Message = "The machine spec is not valid: " + string.Join(" ", _all.Select(problem => problem.Message)),
            Remedy = _all.Select(problem => problem.Remedy).FirstOrDefault(remedy => remedy is not null),
            Target = target,
            Problems = [.. _all],
        });
    }
}

/// <summary>Where in a spec problems are looked for: one element of a list.</summary>
internal sealed class SpecPlace(SpecProblems problems, string pointer, string name)
{
    /// <param name="member">The member as JSON has it; empty for the element itself.</param>
    /// <param name="problem">What is wrong, as a clause.</param>
    public void Add(string member, string problem) => problems.Add(member.Length == 0 ? pointer : $"{pointer}/{member}", $"{name}: {problem}.");
}
