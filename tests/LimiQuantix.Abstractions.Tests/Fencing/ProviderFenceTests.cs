using LimiQuantix.Conformance;

namespace LimiQuantix.Abstractions.Tests.Fencing;

public sealed class ProviderFenceTests
{
    private SuiteHost _host = null!;

    private string Folder => Path.Combine(_host.Context.DataDirectory, "fence");

    [SetUp]
    public void MakeHost() => _host = new SuiteHost();

    [TearDown]
    public async Task RemoveHostAsync() => await _host.DisposeAsync();

    [Test]
    public void Lower_engine_is_fenced_also_by_another_process_on_the_same_folder()
    {
        new ProviderFence(_host.Context).Admit(Call(2, 5));
        var other = new ProviderFence(_host.Context);

        Assert.That(Code(() => other.Admit(Call(2, 4))), Is.EqualTo(ErrorCodes.Fenced));
        Assert.That(Code(() => other.Admit(Call(1, 99))), Is.EqualTo(ErrorCodes.Fenced));
        Assert.DoesNotThrow(() => other.Admit(Call(2, 5)));
        Assert.DoesNotThrow(() => other.Admit(Call(3, 1)));
        Assert.That(Code(() => other.Admit(Call(2, 6))), Is.EqualTo(ErrorCodes.Fenced));
    }

    [Test]
    public void What_the_thing_refuses_is_not_heard()
    {
        var fence = new ProviderFence(_host.Context);
        var kept = new ProviderMark { Era = 1, EngineToken = 1, OwnerEpoch = 2, Generation = 3 };

        Assert.That(Code(() => fence.Admit(Call(1, 9) with { OwnerEpoch = 1 }, kept, "disk")), Is.EqualTo(ErrorCodes.Fenced));
        Assert.That(Code(() => fence.Admit(Call(1, 9) with { Generation = 2 }, kept, "disk")), Is.EqualTo(ErrorCodes.Fenced));
        Assert.DoesNotThrow(() => fence.Admit(Call(1, 2), kept));
        Assert.DoesNotThrow(() => fence.Admit(Call(2, 2) with { OwnerEpoch = 1, Generation = 1 }, kept), "a later era may be an older backup");
    }

    [Test]
    public async Task Of_many_at_once_the_highest_stays()
    {
        await Task.WhenAll(Enumerable.Range(1, 200).Select(token => Task.Run(() =>
        {
            try
            {
                new ProviderFence(_host.Context).Admit(Call(1, token));
            }
            catch (LimiQuantixException superseded) when (superseded.Code == ErrorCodes.Fenced)
            {
                // A higher one was heard before.
            }
        })));

        var fence = new ProviderFence(_host.Context);
        Assert.That(Code(() => fence.Admit(Call(1, 199))), Is.EqualTo(ErrorCodes.Fenced));
        Assert.DoesNotThrow(() => fence.Admit(Call(1, 200)));
        fence.Admit(Call(1, 201));
        Assert.That(Directory.GetFiles(Folder).Select(Path.GetFileName), Is.EqualTo(new[] { "1-201" }), "lower ones are removed");
    }

    [Test]
    public void Files_of_others_and_what_an_interruption_left_are_passed_over()
    {
        Directory.CreateDirectory(Folder);
        // Stopped between the new name and the removal of the former one.
        foreach (var name in new[] { "1-4", "1-7", "note", "1-x", "-", "9" }) File.WriteAllText(Path.Combine(Folder, name), "");

        var fence = new ProviderFence(_host.Context);
        Assert.That(Code(() => fence.Admit(Call(1, 6))), Is.EqualTo(ErrorCodes.Fenced));
        Assert.DoesNotThrow(() => fence.Admit(Call(1, 7)));
    }

    [Test]
    public void Without_its_memory_nothing_is_admitted()
    {
        File.WriteAllText(Folder, "not a folder");

        Assert.That(Code(() => new ProviderFence(_host.Context).Admit(Call(1, 1))), Is.EqualTo(ErrorCodes.Unavailable));
    }

    [Test]
    public void Mark_is_written_and_read()
    {
        var mark = ProviderMark.Of(new ProviderCall { Era = 1, EngineToken = long.MaxValue, OwnerEpoch = 3, Generation = 4 });

        Assert.That(ProviderMark.TryParse(mark.ToString(), out var read), Is.True);
        Assert.That(read, Is.EqualTo(mark));
        foreach (var text in new[] { null, "", "1 2 3", "1 2 3 4 5", "1 2 3 x", "1 2 3 -4", " 1 2 3 4", "1 2 3 99999999999999999999" })
            Assert.That(ProviderMark.TryParse(text, out _), Is.False, text);
    }

    [Test]
    public void Mark_after_a_call_has_the_higher_of_both_within_an_era()
    {
        var mark = new ProviderMark { Era = 1, EngineToken = 5, OwnerEpoch = 2, Generation = 9 };

        Assert.That(mark.After(Call(1, 6) with { OwnerEpoch = 3 }), Is.EqualTo(new ProviderMark { Era = 1, EngineToken = 6, OwnerEpoch = 3, Generation = 9 }));
        Assert.That(mark.After(Call(2, 1) with { OwnerEpoch = 1, Generation = 1 }), Is.EqualTo(new ProviderMark { Era = 2, EngineToken = 1, OwnerEpoch = 1, Generation = 1 }));
    }

    private static ProviderCall Call(long era, long token) => new() { Era = era, EngineToken = token };

    private static string? Code(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (LimiQuantixException refusal)
        {
            return refusal.Code;
        }
    }
}
