using LimiQuantix.Core.State;
using LimiQuantix.State;

namespace LimiQuantix.Core.Tests.State;

internal sealed class InMemoryChangesTests
{
    [Test]
    public void Kept_changes_are_found_as_by_looking_at_each([Values(1, 2, 7, 100)] int kept)
    {
        var random = new Random(kept);
        var changes = new InMemoryChanges(kept);
        List<long> all = [];
        var position = 0L;
        for (var i = 0; i < 1000; i++)
        {
            position += random.Next(1, 5);
            all.Add(position);
            changes.Add(position, new StateChange { Key = $"k{position}", Revision = position, Cursor = "" });
            var (from, most) = (random.NextInt64(position + 3), random.Next(1, 20));

            Assert.That(changes.Forgotten, Is.EqualTo(all.Count > kept ? all[^(kept + 1)] : 0));
            Assert.That(changes.After(from, most).Select(change => change.Position), Is.EqualTo(all.TakeLast(kept).Where(each => each > from).Take(most)));
            Assert.That(changes.After(from, most).Select(change => change.Change.Key), Is.EqualTo(all.TakeLast(kept).Where(each => each > from).Take(most).Select(each => $"k{each}")));
        }

        changes.Forget(position + 10);

        Assert.That((changes.Forgotten, changes.After(0, 10).Count), Is.EqualTo((position + 10, 0)));
    }
}
