using LimiQuantix.Core.Jobs;

namespace LimiQuantix.Core.Tests.Jobs;

public sealed class JobIdTests
{
    [Test]
    public void Other_parts_give_another_id()
    {
        Guid[] ids = [JobId.Derive("a", "b"), JobId.Derive("ab"), JobId.Derive("a", "b", ""), JobId.Derive("a\n1 b"), JobId.Derive("b", "a"), JobId.Derive()];
        Assert.That(ids, Is.Unique);
        Assert.That(ids.Select(id => id.Version), Is.All.EqualTo(8));
    }

    [Test]
    public void Id_stays_what_it_was_in_earlier_versions() =>
        Assert.That(JobId.Derive("installation", "base", "pool", "digest", "0"), Is.EqualTo(Guid.Parse("6b37f926-dcea-8cd7-a05d-d72a0d9e0f84")));
}
