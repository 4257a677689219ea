using Microsoft.Extensions.Options;

namespace LimiQuantix.Core;

/// <summary>Reports every problem of the options at once.</summary>
internal sealed class LimiQuantixOptionsValidation : IValidateOptions<LimiQuantixOptions>
{
    /// <summary>Says what is wrong in one error.</summary>
    public static LimiQuantixException ToError(OptionsValidationException exception)
    {
        string[] problems = [.. exception.Failures];
        return new LimiQuantixException(
            ErrorCodes.InvalidArgument,
            problems.Length == 1 ? problems[0] : $"{problems.Length} things are wrong with the options:{string.Concat(problems.Select(problem => "\n- " + problem))}",
            "docs/configuration.md has every option with its range; they come from the section LimiQuantix of the configuration and from the host's code.",
            nameof(LimiQuantixOptions));
    }

    public ValidateOptionsResult Validate(string? name, LimiQuantixOptions options)
    {
        var problems = new List<string>(options.SettingProblems);
        if (options.StopTimeout < TimeSpan.FromSeconds(1) || options.StopTimeout > TimeSpan.FromHours(24))
            problems.Add($"StopTimeout {options.StopTimeout} must be from 1 second to 24 hours.");
        if (options.JobSilenceTimeout < TimeSpan.FromSeconds(1) || options.JobSilenceTimeout > TimeSpan.FromHours(24))
            problems.Add($"JobSilenceTimeout {options.JobSilenceTimeout} must be from 1 second to 24 hours.");
        if (options.LeaseDuration < TimeSpan.FromSeconds(2) || options.LeaseDuration > TimeSpan.FromMinutes(10))
            problems.Add($"LeaseDuration {options.LeaseDuration} must be from 2 seconds to 10 minutes.");
        if (options.MaxParallelOperations is < 1 or > 256) problems.Add($"MaxParallelOperations {options.MaxParallelOperations} must be from 1 to 256.");
        if (options.MaxConnectionsPerImage is < 1 or > 16) problems.Add($"MaxConnectionsPerImage {options.MaxConnectionsPerImage} must be from 1 to 16.");
        if (options.RuntimeDirectory is { Length: > 60 })
            problems.Add($"RuntimeDirectory has {options.RuntimeDirectory.Length} characters; at most 60, because a socket's path below it may have 107.");
        if (options.AllowedPlugins.FirstOrDefault(digest => digest.Length != 64 || !digest.All(char.IsAsciiHexDigit)) is { } digest)
            problems.Add($"AllowedPlugins holds '{digest}', which is not a SHA-256 digest of 64 hexadecimal digits.");
        problems.AddRange(options.ProviderDeadlines.Problems());
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
