using LimiQuantix.Nodes;

namespace LimiQuantix.Tests;

[TestFixture]
public sealed class ResourceReferenceTests
{
    private static readonly Guid Id = Guid.Parse("01a21f33-c1f9-7ad6-957f-872624bbc523");

    [Test]
    public void A_reference_is_an_id_a_name_or_a_project_and_a_name()
    {
        Assert.Multiple(() =>
        {
            Assert.That((ResourceReference)"01a21f33-c1f9-7ad6-957f-872624bbc523", Is.EqualTo((ResourceReference)Id));
            Assert.That((ResourceReference)"web-1", Is.EqualTo(ResourceReference.Named("web-1")));
            Assert.That((ResourceReference)"shop/web-1", Is.EqualTo(ResourceReference.Named("web-1", "shop")));
            Assert.That((ResourceReference)"shop/a/b", Is.EqualTo(ResourceReference.Named("a/b", "shop")));
            Assert.That((ResourceReference)NodeId.Local, Is.EqualTo(ResourceReference.Named("local")));
        });
    }

    [TestCase("web-1")]
    [TestCase("shop/web-1")]
    [TestCase("01a21f33-c1f9-7ad6-957f-872624bbc523")]
    public void Its_text_is_read_again(string text) => Assert.That(ResourceReference.Parse(text).ToString(), Is.EqualTo(text));

    [Test]
    public void Sharing_with_the_same_projects_is_the_same_in_any_order() =>
        Assert.That(ResourceSharing.With("a", "b"), Is.EqualTo(ResourceSharing.With("b", "a")).And.Not.EqualTo(ResourceSharing.With("a")));
}
