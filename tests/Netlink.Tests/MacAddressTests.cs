namespace Netlink.Tests;

internal sealed class MacAddressTests
{
    [Test]
    public void Address_is_read_and_written_as_text_and_bytes()
    {
        MacAddress address = MacAddress.Parse("02:Ab:00:00:fF:01");

        Assert.That(address.ToString(), Is.EqualTo("02:ab:00:00:ff:01"));
        Assert.That(address.ToArray(), Is.EqualTo(new byte[] { 2, 0xAB, 0, 0, 0xFF, 1 }));
        Assert.That(new MacAddress(address.ToArray()), Is.EqualTo(address).And.EqualTo(MacAddress.Parse("02-ab-00-00-ff-01")));
        Assert.That((address.IsMulticast, MacAddress.Parse("33:33:00:00:00:01").IsMulticast, MacAddress.Zero.ToString()), Is.EqualTo((false, true, "00:00:00:00:00:00")));
    }

    [TestCase("")]
    [TestCase("02:00:00:00:00")]
    [TestCase("02:00:00:00:00:0g")]
    [TestCase("02:00:00:00:00:001")]
    [TestCase("02:00-00:00:00:01")]
    [TestCase("020000000001xxxxx")]
    [TestCase("+2:00:00:00:00:01")]
    public void Text_that_is_none_is_refused(string text)
    {
        Assert.That(MacAddress.TryParse(text, null, out _), Is.False);
        Assert.That(() => MacAddress.Parse(text), Throws.InstanceOf<FormatException>());
    }
}
