// Writes src/LibvirtSharp/Generated from the protocol's facts:  dotnet run --project eng/LibvirtSharp.Generator [OUTPUT-FOLDER]
using LibvirtSharp.Generator;

string root = RepositoryRoot.Find();
string output = args.Length > 0 ? args[0] : Path.Combine(root, "src", "LibvirtSharp", "Generated");
Directory.CreateDirectory(output);
foreach ((string name, string text) in SourceFiles.Generate(Path.Combine(root, "eng", "LibvirtSharp.Generator", "Data")))
{
    await File.WriteAllTextAsync(Path.Combine(output, name), text).ConfigureAwait(false);
    Console.WriteLine($"{name}: {text.AsSpan().Count('\n')} lines");
}
