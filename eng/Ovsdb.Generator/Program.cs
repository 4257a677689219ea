// Writes src/Ovsdb/Generated from the schemas in Data:  dotnet run --project eng/Ovsdb.Generator [OUTPUT-FOLDER]
// For a schema of your own:  dotnet run --project eng/Ovsdb.Generator OUTPUT-FOLDER SCHEMA-FILE NAMESPACE CLASS
using Ovsdb.Generator;

string output = args.Length > 0 ? args[0] : Path.Combine(SourceFiles.Root, "src", "Ovsdb", "Generated");
Directory.CreateDirectory(output);
IEnumerable<(string Name, string Text)> files = args.Length == 4
    ? [SourceFiles.Generate(args[1], args[2], args[3])]
    : SourceFiles.GenerateAll(SourceFiles.DataFolder);
foreach ((string name, string text) in files)
{
    await File.WriteAllTextAsync(Path.Combine(output, name), text).ConfigureAwait(false);
    Console.WriteLine($"{name}: {text.AsSpan().Count('\n')} lines");
}
