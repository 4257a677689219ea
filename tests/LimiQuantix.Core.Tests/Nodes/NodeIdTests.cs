using LimiQuantix.Nodes;

namespace LimiQuantix.Core.Tests.Nodes;

public sealed class NodeIdTests
{
    [Test]
    public void Default_id_is_that_of_the_local_node_in_every_way()
    {
        NodeId nothing = default;

        Assert.That(nothing, Is.EqualTo(NodeId.Local));
        Assert.That(nothing, Is.EqualTo(new NodeId("local")));
        Assert.That(nothing == NodeId.Local, Is.True);
        Assert.That(nothing.GetHashCode(), Is.EqualTo(new NodeId("local").GetHashCode()));
        Assert.That((nothing.Value, nothing.ToString()), Is.EqualTo(("local", "local")));
        Assert.That(nothing, Is.Not.EqualTo(new NodeId("other")));
    }
}
