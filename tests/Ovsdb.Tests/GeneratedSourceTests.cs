using Ovsdb.Generator;

namespace Ovsdb.Tests;

internal sealed class GeneratedSourceTests
{
    private static IEnumerable<TestCaseData> Files() =>
        SourceFiles.GenerateAll(SourceFiles.DataFolder).Select(file => new TestCaseData(file.Name, file.Text).SetArgDisplayNames(file.Name));

    [TestCaseSource(nameof(Files))]
    public async Task Checked_in_source_is_what_the_generator_writes(string name, string text) =>
        Assert.That(await File.ReadAllTextAsync(Path.Combine(SourceFiles.Root, "src", "Ovsdb", "Generated", name)), Is.EqualTo(text),
            "run: dotnet run --project eng/Ovsdb.Generator");

    [TestCase("ovn-nb.ovsschema")]
    [TestCase("ovn-sb.ovsschema")]
    [TestCase("vswitch.ovsschema")]
    public async Task Generated_schema_is_the_one_that_the_file_has(string file)
    {
        OvsdbSchema read = OvsdbSchema.Parse(await File.ReadAllTextAsync(Path.Combine(SourceFiles.DataFolder, file)));
        OvsdbSchema generated = new[] { OvnNorthbound.Northbound.Schema, OvnSouthbound.Southbound.Schema, OpenVswitch.Vswitch.Schema }.Single(each => each.Name == read.Name);

        Assert.That(Describe(generated), Is.EqualTo(Describe(read)));
    }

    private static string Describe(OvsdbSchema schema) => $"{schema}\n" + string.Join('\n', schema.Tables.OrderBy(table => table.Name, StringComparer.Ordinal).Select(table =>
        $"{table} {table.IsRoot} {table.MaxRows} {string.Join(';', table.Indexes.Select(index => string.Join(',', index)))}: " + string.Join(' ', table.Columns.OrderBy(column => column.Name, StringComparer.Ordinal).Select(column =>
            $"{column} {column.Type} {column.Type.Min} {column.Type.Max} {column.IsMutable} {column.IsEphemeral} {string.Join(',', column.Type.Key.AllowedValues)}"))));
}
