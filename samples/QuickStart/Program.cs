using System.CommandLine;
using QuickStart;

var image = new Option<string?>("--image") { Description = "A catalogue id, URL or path; by default debian-13, or the local tiny image without the Internet." };
var token = new Option<string?>("--token") { Description = "What the guest prints: letters, digits, dots, hyphens, underscores." };
var keep = new Option<bool>("--keep") { Description = "Leave the machine running." };
var json = new Option<bool>("--json") { Description = "End with one line of JSON." };
var screenshot = new Option<string?>("--screenshot") { Description = "Where to save the screenshot; by default quickstart.png." };

var root = new RootCommand("Downloads an image, boots a machine from it and looks at its console.") { image, token, keep, json, screenshot };
root.SetAction((arguments, cancellationToken) => new MainJob(new QuickStartOptions
{
    Image = arguments.GetValue(image),
    Token = arguments.GetValue(token) ?? Guid.NewGuid().ToString("N")[..12],
    Keep = arguments.GetValue(keep),
    Json = arguments.GetValue(json),
    Screenshot = arguments.GetValue(screenshot) ?? "quickstart.png",
}).RunAsync(cancellationToken));

var doctor = new Command("doctor", "Lists what this machine needs, found or missing.");
doctor.SetAction((_, cancellationToken) => DoctorCommand.RunAsync(cancellationToken));
root.Add(doctor);

return await root.Parse(args).InvokeAsync();
