using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

/// <summary>Events of the host's devices, of a host that libvirt's test driver reads from a file.</summary>
[Category("Integration")]
internal sealed class NodeDeviceEventTests
{
    private const string Host = """
        <node>
          <device><name>computer</name><capability type='system'><hardware><uuid>7e0c4a5d-3b0f-4a53-8f6d-0c6d3a2f9b11</uuid></hardware><firmware/></capability></device>
          <device><name>scsi_host1</name><parent>computer</parent>
            <capability type='scsi_host'><host>1</host><unique_id>1</unique_id>
              <capability type='fc_host'><wwnn>2000000012341234</wwnn><wwpn>1000000012341234</wwpn><fabric_wwn>2000000043214321</fabric_wwn></capability>
              <capability type='vport_ops'><max_vports>127</max_vports><vports>1</vports></capability>
            </capability>
          </device>
          <device><name>scsi_host11</name><parent>scsi_host1</parent>
            <capability type='scsi_host'><host>11</host><unique_id>10</unique_id>
              <capability type='fc_host'><wwnn>2000000012341235</wwnn><wwpn>1000000012341235</wwpn><fabric_wwn>2000000043214321</fabric_wwn></capability>
            </capability>
          </device>
        </node>
        """;

    [Test]
    public async Task Device_that_is_made_and_removed_is_told()
    {
        await using var folder = new TemporaryFolder();
        string file = folder.Combine("host.xml");
        await File.WriteAllTextAsync(file, Host);
        await using LibvirtConnection connection = await Daemon.OpenAsync($"test+unix://{file}?socket={(await SharedLibvirtd.GetAsync()).SocketPath}", null);
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.NodeDeviceLifecycle);
        NodeDevice device = await connection.CreateNodeDeviceAsync("""
            <device><parent>scsi_host1</parent>
              <capability type='scsi_host'><capability type='fc_host'><wwnn>1000000023452345</wwnn><wwpn>1001001023452345</wwpn></capability></capability>
            </device>
            """);
        await Waiting.FirstAsync<NodeDeviceLifecycleEvent>(events, next => next.Device.Name == device.Name && next.Type == NodeDeviceEventLifecycleType.Created);
        await device.DestroyAsync();
        await Waiting.FirstAsync<NodeDeviceLifecycleEvent>(events, next => next.Device.Name == device.Name && next.Type == NodeDeviceEventLifecycleType.Deleted);
    }
}
