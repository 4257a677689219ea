using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Tests.Instances;

/// <summary>Options set from settings, by their own properties as far as they go.</summary>
public sealed class OptionsBindingTests
{
    [Test]
    public void Values_lists_dictionaries_and_secrets_are_set_whatever_the_case_of_their_names()
    {
        Options options = new() { Names = ["first"] };

        var problems = Bind(options, new()
        {
            ["text"] = "a: b", ["NUMBER"] = "-7", ["Large"] = "18446744073709551615", ["Share"] = "0.25", ["IsOn"] = "TRUE", ["Limit"] = "1.02:03:04", ["Mode"] = "userRead, UserWrite",
            ["Maybe"] = "friday", ["Id"] = "01a221a1-47d6-7ba3-8a45-6efac988250e", ["Address"] = "http://mirror.example/a%7Eb", ["Node"] = "n-2", ["At"] = "2026-01-31T12:00:00Z",
            ["Names:10"] = "last", ["Names:2"] = "second", ["Array:0"] = "one", ["Set:0"] = "same", ["Set:1"] = "same", ["ByKey:Key with.dots"] = "x", ["Key:name"] = "env:KEY",
            ["Keys:0:Name"] = "env:A", ["KeysByHost:mirror.example:Name"] = "env:B", ["KeysByHost:MIRROR.example:Name"] = "env:C",
        });

        Assert.That(problems, Is.EqualTo(new[] { "KeysByHost: mirror.example: it is a reference to a secret: give its Name, such as env:S3_SECRET, and nothing else." }));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((options.Text, options.Number, options.Large, options.Share, options.IsOn), Is.EqualTo(("a: b", -7, ulong.MaxValue, 0.25, true)));
            Assert.That((options.Limit, options.Mode, options.Maybe), Is.EqualTo((new TimeSpan(1, 2, 3, 4), UnixFileMode.UserRead | UnixFileMode.UserWrite, DayOfWeek.Friday)));
            Assert.That((options.Id, options.Node, options.At), Is.EqualTo((Guid.Parse("01a221a1-47d6-7ba3-8a45-6efac988250e"), new NodeId("n-2"), new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero))));
            Assert.That(options.Address!.OriginalString, Is.EqualTo("http://mirror.example/a%7Eb"));
            Assert.That(options.Names, Is.EqualTo(new[] { "first", "second", "last" }));
            Assert.That(options.Array, Is.EqualTo(new[] { "zero", "one" }));
            Assert.That(options.Set, Is.EqualTo(new[] { "same" }));
            Assert.That(options.ByKey, Is.EqualTo(new Dictionary<string, string> { ["Key with.dots"] = "x" }));
            Assert.That((options.Key!.Name, options.Key.Owner, options.Keys![0].Name), Is.EqualTo(("env:KEY", (SecretOwner?)null, "env:A")));
        }
    }

    [Test]
    public void Every_setting_that_does_not_fit_is_told_with_what_would()
    {
        var problems = Bind(new Options(), new()
        {
            ["Fodler"] = "/x", ["Number"] = "3000000000", ["IsOn"] = "yes", ["Limit"] = "soon", ["Maybe"] = "Someday", ["Node"] = "Not A Node", ["Text:Inner"] = "x", ["Names"] = "one",
            ["ByKey"] = "one", ["Key"] = "env:KEY", ["Key:Owner:Kind"] = "Host", ["Fixed"] = "1", ["Thrown"] = "1", ["Share"] = null, ["Inner:Naem"] = "x", ["Inner:Text:Deeper"] = "x", ["Keys:0:Naem"] = "x",
        });

        Assert.That(problems, Has.Count.EqualTo(15));
        Assert.That(string.Join('\n', problems), Does.Contain("'Fodler' is no option. There are: Text, Number").And.Contain("Number: '3000000000' is not a whole number from -2147483648 to 2147483647.")
            .And.Contain("IsOn: 'yes' is not true or false.").And.Contain("Limit: 'soon' is not a time such as 00:00:30.").And.Contain("Maybe: 'Someday' is not one of Sunday, Monday")
            .And.Contain("Node: 'Not A Node' is not a node id").And.Contain("Text: it has one value, and nothing named 'Inner'.").And.Contain("Names: it is a list")
            .And.Contain("ByKey: it is a dictionary").And.Contain("Key: it is a reference to a secret: give its Name").And.Contain("Fixed: it is not for settings to set.")
            .And.Contain("Thrown: not today").And.Contain("Share: give a number.").And.Contain("Keys: 0: it is a reference").And.Contain("Inner: there is no 'Naem' in it.").And.Not.Contain("BinderOptions"));
    }

    [Test]
    public void What_holds_objects_of_its_own_is_set_by_reflection_and_said_to_need_it()
    {
        Options options = new();

        Assert.That(Bind(options, new() { ["Inner:Number"] = "3", ["Inner:Inner:Text"] = "deep" }), Is.Empty);

        Assert.That((options.Inner.Number, options.Inner.Inner!.Text), Is.EqualTo((3, "deep")));
        Assert.That(OptionsBinding.NeedsReflection(typeof(Options)), Is.True);
        Assert.That(OptionsBinding.NeedsReflection(typeof(Plugins.FakeOptions)), Is.False);
    }

    [Test]
    public void Nothing_given_takes_a_value_away_only_where_there_may_be_none()
    {
        Options options = new() { Text = "before", Maybe = DayOfWeek.Monday };

        Assert.That(Bind(options, new() { ["Text"] = null, ["Maybe"] = "" }), Is.Empty);

        Assert.That((options.Text, options.Maybe), Is.EqualTo(((string?)null, (DayOfWeek?)null)));
    }

    private static IReadOnlyList<string> Bind(Options options, Dictionary<string, string?> settings) => OptionsBinding.Bind(options, settings);

    private sealed class Options
    {
        public string? Text { get; set; }

        public int Number { get; set; }

        public ulong Large { get; set; }

        public double Share { get; set; }

        public bool IsOn { get; set; }

        public TimeSpan Limit { get; set; }

        public UnixFileMode Mode { get; set; }

        public DayOfWeek? Maybe { get; set; }

        public Guid Id { get; set; }

        public Uri? Address { get; set; }

        public NodeId Node { get; set; }

        public DateTimeOffset At { get; set; }

        public IList<string> Names { get; init; } = [];

        public string[] Array { get; set; } = ["zero"];

        public ISet<string> Set { get; } = new HashSet<string>();

        public IDictionary<string, string> ByKey { get; } = new Dictionary<string, string>();

        public SecretReference? Key { get; set; }

        public IReadOnlyList<SecretReference>? Keys { get; set; }

        public IDictionary<string, SecretReference> KeysByHost { get; } = new Dictionary<string, SecretReference>(StringComparer.OrdinalIgnoreCase);

        public int Fixed { get; } = 1;

        public int Thrown
        {
            get => 0;
            set => throw new InvalidOperationException("not today");
        }

        public Nested Inner { get; } = new();
    }

    private sealed class Nested
    {
        public int Number { get; set; }

        public string? Text { get; set; }

        public Nested? Inner { get; set; }
    }
}
