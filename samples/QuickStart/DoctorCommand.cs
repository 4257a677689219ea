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
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.AddLimiQuantix();
        using var host = builder.Build();
        var prerequisites = await host.Services.GetRequiredService<ILimiQuantix>().Doctor.CheckAsync(cancellationToken: cancellationToken);

        var table = new Table().AddColumns("what", "status", "detail", "mend");
        foreach (var prerequisite in prerequisites)
        {
            var colour = prerequisite.Status == PrerequisiteStatus.Found ? "green" : prerequisite.IsOptional ? "yellow" : "red";
            table.AddRow(
                Markup.Escape(prerequisite.Name),
                $"[{colour}]{prerequisite.Status.ToString().ToLowerInvariant()}[/]",
                Markup.Escape(prerequisite.Detail ?? ""),
                Markup.Escape(prerequisite.Remedy ?? ""));
        }

        AnsiConsole.Write(table);
        return prerequisites.Any(p => p is { IsOptional: false, Status: not PrerequisiteStatus.Found }) ? 1 : 0;
    }
}
