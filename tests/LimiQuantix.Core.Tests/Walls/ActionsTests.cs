using System.Reflection;

namespace LimiQuantix.Core.Tests.Walls;

public sealed class ActionsTests
{
    [Test]
    public void Every_action_is_a_noun_and_a_verb_and_listed_once()
    {
        var constants = typeof(Actions).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!).ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Actions.All, Is.EquivalentTo(constants));
            Assert.That(Actions.All, Is.Unique);
            Assert.That(Actions.All, Has.All.Match("^[a-z]+[.][a-z]+(_[a-z]+)*$"));
        }
    }
}
