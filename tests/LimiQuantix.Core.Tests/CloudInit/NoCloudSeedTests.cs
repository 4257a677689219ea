using System.Text;
using LimiQuantix.Core.CloudInit;
using LimiQuantix.Core.Tests.CloudInit.Iso9660;
using LimiQuantix.Machines;
using YamlDotNet.Serialization;

namespace LimiQuantix.Core.Tests.CloudInit;

[TestFixture]
internal sealed class NoCloudSeedTests
{
    [Test]
    public void Generated_user_data_holds_every_member_and_any_text_unharmed()
    {
        string userData = NoCloudSeed.Render(Seeds.Full()).UserData;
        Assert.That(userData, Does.StartWith("#cloud-config\n"));
        Dictionary<object, object> map = Parse(userData);
        Assert.That(map["ssh_authorized_keys"], Is.EqualTo([Seeds.SshKey]));
        Assert.That(map["packages"], Is.EqualTo(["curl", "g++"]));
        Assert.That(map["package_update"], Is.EqualTo("true"));
        Assert.That(((List<object>)map["runcmd"])[1..], Is.EqualTo(Seeds.Awkward));
        Assert.That(((Dictionary<object, object>)map["user"])["name"], Is.EqualTo("alice"));
        Assert.That(map, Does.ContainKey("ssh_pwauth").And.Not.ContainKey("disable_root"));
    }

    [Test]
    public void Password_enters_the_seed_as_a_hash_only()
    {
        SeedFiles files = NoCloudSeed.Render(Seeds.Full());
        Assert.That(Parse(files.UserData)["password"], Does.Match(@"^\$6\$[0-9a-f]{16}\$[./0-9A-Za-z]{86}$"));
        Assert.That(files.ToString(), Does.Not.Contain("correct horse"));
    }

    [Test]
    public void Equal_definitions_give_equal_files()
    {
        SeedFiles first = NoCloudSeed.Render(Seeds.Full());
        SeedFiles second = NoCloudSeed.Render(Seeds.Full());
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void Meta_data_has_the_instance_id_and_the_hostname()
    {
        Dictionary<object, object> own = Parse(NoCloudSeed.Render(Seeds.Full()).MetaData);
        Assert.That(own, Is.EqualTo(new Dictionary<object, object> { ["instance-id"] = "i-0198c0de", ["local-hostname"] = "db.example.org" }));
        Dictionary<object, object> named = Parse(NoCloudSeed.Render(Seeds.With(new CloudInitSpec())).MetaData);
        Assert.That(named["local-hostname"], Is.EqualTo("web-1"));
    }

    [Test]
    public void New_ssh_key_changes_neither_meta_data_nor_network()
    {
        SeedFiles before = NoCloudSeed.Render(Seeds.With(new CloudInitSpec()));
        SeedFiles after = NoCloudSeed.Render(Seeds.With(new CloudInitSpec { SshKeys = [Seeds.SshKey] }));
        Assert.That(after, Is.EqualTo(before with { UserData = after.UserData }));
        Assert.That(after.UserData, Is.Not.EqualTo(before.UserData));
    }

    [Test]
    public void Network_config_asks_for_DHCP_on_every_interface_by_its_MAC_address()
    {
        Dictionary<object, object> map = Parse(NoCloudSeed.Render(Seeds.Full()).NetworkConfig);
        Assert.That(map["version"], Is.EqualTo("2"));
        var ethernets = (Dictionary<object, object>)map["ethernets"];
        Assert.That(ethernets.Keys, Is.EqualTo(["nic0", "nic1"]));
        var first = (Dictionary<object, object>)ethernets["nic0"];
        Assert.That(((Dictionary<object, object>)first["match"])["macaddress"], Is.EqualTo("52:54:00:00:00:01"));
        Assert.That(first["dhcp4"], Is.EqualTo("true"));
        Assert.That((Dictionary<object, object>)ethernets["nic1"], Does.ContainKey("optional"));
    }

    [Test]
    public void Own_network_config_is_passed_unchanged()
    {
        const string Own = "# mine\nnetwork:\n  version: 1\n  config: []\n";
        Assert.That(NoCloudSeed.Render(Seeds.With(new CloudInitSpec { NetworkConfig = Own })).NetworkConfig, Is.EqualTo(Own));
    }

    [TestCase("#cloud-config\npackages: [a]\n")]
    [TestCase("#!/bin/sh\necho hi\n")]
    [TestCase("Content-Type: multipart/mixed; boundary=\"x\"\n\n--x--\n")]
    [TestCase("version: v1alpha1\n")]
    public void Own_user_data_alone_is_passed_unchanged(string own) =>
        Assert.That(NoCloudSeed.Render(Seeds.With(new CloudInitSpec { UserData = own })).UserData, Is.EqualTo(own));

    [Test]
    public void Empty_specification_gives_an_empty_cloud_config() =>
        Assert.That(Parse(NoCloudSeed.Render(Seeds.With(new CloudInitSpec())).UserData), Is.Empty);

    [Test]
    public void Root_as_the_user_is_not_disabled() =>
        Assert.That(Parse(NoCloudSeed.Render(Seeds.With(new CloudInitSpec { User = "root" })).UserData)["disable_root"], Is.EqualTo("false"));

    [Test]
    public async Task Volume_is_labelled_and_holds_the_four_files()
    {
        using MemoryStream stream = new();
        await NoCloudSeed.WriteAsync(Seeds.Full(), SampleVolume.Timestamp, stream, CancellationToken.None);
        IsoReader reader = new(stream.ToArray(), 17);
        Assert.That(Encoding.BigEndianUnicode.GetString(reader.Label).Trim(), Is.EqualTo("cidata"));
        List<IsoRecord> files = reader.List(reader.Root)[2..];
        Assert.That(files.Select(file => Encoding.BigEndianUnicode.GetString(file.Identifier)), Is.EqualTo(SampleVolume.SeedFiles));
        Assert.That(Encoding.UTF8.GetString(reader.Content(files[2])), Is.EqualTo(NoCloudSeed.Render(Seeds.Full()).UserData));
    }

    internal static Dictionary<object, object> Parse(string yaml) => new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(yaml);
}
