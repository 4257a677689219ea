using LimiQuantix.Core.CloudInit;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Specs;

/// <summary>Finds every problem of a machine spec's cloud-init part.</summary>
internal static class CloudInitSpecValidator
{
    public static void Check(MachineSpec spec, SpecProblems problems)
    {
        if (spec.CloudInit is not { SshKeys: { } keys, Packages: { } packages, RunCommands: { } commands } || keys.Concat(packages).Concat(commands).Any(entry => entry is null))
        {
            problems.Add("/cloudInit", "CloudInit, its lists and their entries must not be null: leave out what is not wanted.");
            return;
        }

        foreach (var problem in SeedValidation.Problems(spec.CloudInit, spec.Name ?? "")) problems.Add("/cloudInit" + problem.Pointer, problem.Message, problem.Remedy);
        if (!spec.AllowNoLogin && keys.Count == 0 && spec.CloudInit.Password is null && !UserDataCheck.SaysSomething(spec.CloudInit.UserData))
            problems.Add("/cloudInit", "Nobody could log in: set CloudInit.SshKeys, Password or UserData, or AllowNoLogin.");
    }

    /// <summary>What cloud-init would leave out of it, though it takes the rest.</summary>
    public static IEnumerable<LimiQuantixProblem> Warnings(MachineSpec spec)
    {
        if (spec.CloudInit?.UserData is not { } text) yield break;
        if (UserDataCheck.IsForeign(text))
        {
            yield return new LimiQuantixProblem
            {
                Pointer = "/cloudInit/userData", Message = "UserData: cloud-init does not know its kind and leaves it out.", Remedy = "Leave it so for a guest that reads the seed itself.",
            };
        }

        foreach (var (key, line) in UserDataCheck.UnknownKeys(text))
        {
            yield return new LimiQuantixProblem
            {
                Pointer = "/cloudInit/userData",
                Message = $"UserData: cloud-init knows no key '{Names.Show(key)}' (line {line}) and leaves it out.",
                Remedy = CloudConfigKeys.Nearest(key) is { } near ? $"Did you mean '{near}'?" : null,
            };
        }
    }
}
