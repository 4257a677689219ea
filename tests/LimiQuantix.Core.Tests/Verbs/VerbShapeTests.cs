using System.Reflection;
using System.Runtime.CompilerServices;
using LimiQuantix.Core.Tests.Walls;

namespace LimiQuantix.Core.Tests.Verbs;

/// <summary>What every method of every host interface looks like, so that what a verb takes grows by a member and never by an overload.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class VerbShapeTests
{
    public static IEnumerable<TestCaseData> Methods { get; } = HostMethod.All
        .Select(method => method.Method).Distinct()
        .Select(method => new TestCaseData(method).SetArgDisplayNames($"{method.DeclaringType!.Name}.{method.Name}({string.Join(", ", method.GetParameters().Select(one => one.ParameterType.Name))})"));

    [TestCaseSource(nameof(Methods))]
    public void Host_method_takes_what_it_must_then_one_record_of_options_or_a_query_then_the_token(MethodInfo method)
    {
        var parameters = method.GetParameters();
        Assert.That(parameters, Has.Length.GreaterThanOrEqualTo(2));
        var (token, options) = (parameters[^1], parameters[^2]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(token.ParameterType, Is.EqualTo(typeof(CancellationToken)));
            Assert.That(token.HasDefaultValue);
            Assert.That(IsOptions(options.ParameterType) || IsQuery(options.ParameterType), $"{options.ParameterType.Name} {options.Name} is neither options nor a query");
            Assert.That(options.HasDefaultValue && options.DefaultValue is null, "the options can be left out");
            Assert.That(parameters[..^2].Where(one => one.HasDefaultValue).Select(one => one.Name), Is.Empty, "what can be left out is a member of the options");
        }
    }

    [TestCaseSource(nameof(Methods))]
    public void Options_are_a_sealed_record_of_members_that_can_all_be_left_out(MethodInfo method)
    {
        var type = method.GetParameters()[^2].ParameterType;
        if (type.IsGenericParameter) return;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(type.IsSealed);
            Assert.That(type.GetMethod("<Clone>$"), Is.Not.Null, "it is a record");
            Assert.That(type.GetConstructor([]), Is.Not.Null);
            Assert.That(type.GetProperties().Where(one => one.IsDefined(typeof(RequiredMemberAttribute))).Select(one => one.Name), Is.Empty);
        }
    }

    [Test]
    public void Each_verb_has_its_own_options()
    {
        var shared = from method in HostMethod.All.Select(method => method.Method).Distinct()
                     let type = method.GetParameters()[^2].ParameterType
                     where IsOptions(type)
                     group VerbOf(method) by type.Name into verbs
                     where verbs.Distinct().Count() > 1
                     select $"{verbs.Key}: {string.Join(", ", verbs.Distinct())}";

        Assert.That(shared, Is.Empty);
    }

    // A plan is its verb without the end, finding is getting, and following one resource is a watch of one.
    private static string VerbOf(MethodInfo method)
    {
        var verb = method.Name.EndsWith("Async", StringComparison.Ordinal) ? method.Name[..^5] : method.Name;
        if (verb.StartsWith("Plan", StringComparison.Ordinal)) verb = verb[4..];
        return verb switch { "Find" => "Get", "Watch" when !IsQuery(method.GetParameters()[0].ParameterType) => "Follow", _ => verb };
    }

    private static bool IsOptions(Type type) => type.Name.EndsWith("Options", StringComparison.Ordinal);

    private static bool IsQuery(Type type) => type.Name.EndsWith("Query", StringComparison.Ordinal);
}
