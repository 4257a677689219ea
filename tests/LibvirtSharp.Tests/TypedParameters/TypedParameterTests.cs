namespace LibvirtSharp.Tests;

internal sealed class TypedParameterTests
{
    private static IEnumerable<TestCaseData> Numbers()
    {
        yield return Case("cpu_shares", 100_000, TypedParameterType.ULLong, 100_000UL);
        yield return Case("cpu_shares", (short)7, TypedParameterType.ULLong, 7UL);
        yield return Case("weight", 500L, TypedParameterType.UInt, 500U);
        yield return Case("vcpu_quota", -1, TypedParameterType.LLong, -1L);
        yield return Case("hard_limit", ulong.MaxValue, TypedParameterType.ULLong, ulong.MaxValue);
        yield return Case("numa_mode", 1UL, TypedParameterType.Int, 1);
        yield return Case("thread_pool_max", byte.MaxValue, TypedParameterType.Int, 255);
        yield return Case("unheard-of", 5, TypedParameterType.Int, 5);
        yield return Case("unheard-of", 5L, TypedParameterType.LLong, 5L);

        static TestCaseData Case(string name, object value, TypedParameterType type, object held) =>
            new TestCaseData(name, value, type, held).SetArgDisplayNames(name, $"{value.GetType().Name} {value}");
    }

    [TestCaseSource(nameof(Numbers))]
    public void Whole_number_becomes_what_libvirt_wants_for_its_name(string name, object value, TypedParameterType type, object held)
    {
        var parameter = new TypedParameter(name, value);
        Assert.That((parameter.Type, parameter.Value), Is.EqualTo((type, held)));
    }

    [TestCase("cpu_shares", -1)]
    [TestCase("weight", 5_000_000_000)]
    [TestCase("numa_mode", 5_000_000_000)]
    public void Number_that_libvirt_could_not_hold_is_refused_with_what_it_wants(string name, object value)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => _ = new TypedParameter(name, value))!;
        Assert.That((error.ParamName, error.ActualValue), Is.EqualTo(("value", value)));
        Assert.That(error.Message, Does.Contain(name));
    }

    [TestCase("cpu_shares", "1024", "ULLong")]
    [TestCase("numa_nodeset", 1, "String")]
    [TestCase("cpu_cycles", 1, "Boolean")]
    [TestCase("hard_limit", 1.5, "ULLong")]
    [TestCase("weight", true, "UInt")]
    public void Value_of_another_kind_is_refused_with_the_type_that_is_wanted(string name, object value, string wanted) =>
        Assert.That(() => new TypedParameter(name, value), Throws.ArgumentException.With.Message.Contains(wanted).And.Message.Contains(name));

    [Test]
    public void What_is_no_parameter_is_refused()
    {
        Assert.That(() => new TypedParameter("x", null!), Throws.ArgumentNullException);
        Assert.That(() => new TypedParameter(null!, 1), Throws.ArgumentNullException);
        Assert.That(() => new TypedParameter("", 1), Throws.ArgumentException);
        Assert.That(() => new TypedParameter("x", DateTime.UnixEpoch), Throws.ArgumentException.With.Message.Contains("DateTime"));
    }

    [Test]
    public void Fraction_of_either_kind_is_a_double() => Assert.That(new TypedParameter("unheard-of", 1.5f), Is.EqualTo(new TypedParameter("unheard-of", 1.5)));
}
