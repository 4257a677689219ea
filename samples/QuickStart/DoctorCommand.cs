using LimiQuantix;
using LimiQuantix.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace QuickStart;

/// <summary>Lists what this machine needs, found or missing, with the line that installs it.</summary>
internal static class DoctorCommand
{
    private const int Indent = 10;

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.AddLimiQuantix();
        using var host = builder.Build();
        var prerequisites = await host.Services.GetRequiredService<ILimiQuantix>().Doctor.CheckAsync(cancellationToken: cancellationToken);

        foreach (var prerequisite in prerequisites)
        {
            var colour = prerequisite.Status == PrerequisiteStatus.Found ? "green" : prerequisite.IsOptional ? "yellow" : "red";
            AnsiConsole.Markup($"[{colour}]{prerequisite.Status.ToString().ToLowerInvariant(),-Indent}[/]");
            // Lines as they are, however narrow the terminal: what mends something is copied and pasted.
            Console.WriteLine(prerequisite.Detail is { Length: > 0 } detail ? $"{prerequisite.Name}: {detail}" : prerequisite.Name);
            foreach (var line in prerequisite.Remedy?.Split('\n') ?? []) Console.WriteLine(new string(' ', Indent) + line);
        }

        return prerequisites.Any(p => p is { IsOptional: false, Status: not PrerequisiteStatus.Found }) ? 1 : 0;
    }
}
