using System.Net.Sockets;
using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;
using LibvirtSharp.Tests.Support;
using LibvirtSharp.Transports;
using LimiQuantix.Testing;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Win32.SafeHandles;

namespace LibvirtSharp.Tests.Transports;

[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class DescriptorStreamTests
{
    [Test]
    public async Task Descriptors_follow_the_call_they_belong_to_among_other_messages()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        await using var sender = new DescriptorStream(pair.Ours);
        await using var receiver = new DescriptorStream(pair.Theirs);
        await using var folder = new TemporaryFolder();
        string path = await folder.WriteAsync("file", "content"u8.ToArray());
        using SafeFileHandle file = File.OpenHandle(path);
        byte[] ping = Message(Programs.KeepAlive, Programs.KeepAlivePing, MessageType.Message, 0);
        byte[] call = Message(Programs.Remote, (int)RemoteProcedure.DomainFDAssociate, MessageType.Call, 7, 1, 2, 3, 4);
        byte[] next = Message(Programs.Remote, (int)RemoteProcedure.DomainFDAssociate, MessageType.Call, 8, 5, 6, 7, 8);

        sender.Attach(RemoteProcedure.DomainFDAssociate, [file, file]);
        await sender.WriteAsync((byte[])[.. ping, .. call, .. next]);

        // The type in the header says so, and their number stands before the arguments.
        byte[] withTwo = Message(Programs.Remote, (int)RemoteProcedure.DomainFDAssociate, MessageType.CallWithDescriptors, 7, 0, 0, 0, 2, 1, 2, 3, 4);
        byte[] read = new byte[ping.Length + withTwo.Length + next.Length];
        await receiver.ReadExactlyAsync(read);
        Assert.That(read, Is.EqualTo((byte[])[.. ping, .. withTwo, .. next]));
        for (int i = 0; i < 2; i++)
        {
            using SafeSocketHandle received = await receiver.ReceiveDescriptorAsync(CancellationToken.None);
            string target = File.ResolveLinkTarget($"/proc/self/fd/{received.DangerousGetHandle()}", returnFinalTarget: false)!.FullName;
            Assert.That(target, Is.EqualTo(path));
        }
    }

    [Test]
    public async Task Writing_without_descriptors_changes_nothing()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        await using var sender = new DescriptorStream(pair.Ours);
        await using var receiver = new DescriptorStream(pair.Theirs);
        byte[] call = Message(Programs.Remote, (int)RemoteProcedure.DomainFDAssociate, MessageType.Call, 7, 1, 2, 3, 4);
        await sender.WriteAsync(call);
        byte[] read = new byte[call.Length];
        await receiver.ReadExactlyAsync(read);
        Assert.That(read, Is.EqualTo(call));
    }

    [Test]
    public async Task Connection_that_ends_without_the_descriptor_is_libvirts_error()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        var receiver = new DescriptorStream(pair.Ours);
        Task<SafeSocketHandle> waiting = receiver.ReceiveDescriptorAsync(CancellationToken.None);
        // As the channel does, whether its reading met an end, a reset or what is none of the protocol's.
        await receiver.DisposeAsync();
        LibvirtException error = await Failure.OfAsync(() => waiting.WaitAsync(Daemon.Patience));
        Assert.That((error.Code, error.IsConnectionLost), Is.EqualTo((LibvirtErrorCode.NoConnect, true)));
    }

    [Test]
    public async Task Descriptor_that_does_not_come_is_libvirts_error()
    {
        var time = new FakeTimeProvider();
        await using var server = new FakeServer();
        await using LibvirtConnection connection = await server.ConnectAsync(options =>
        {
            options.TimeProvider = time;
            options.CallTimeout = Timeout.InfiniteTimeSpan;
        });
        var called = new TaskCompletionSource();
        Task<SafeSocketHandle> receiving = connection.ReceiveDescriptorAsync(
            async remote =>
            {
                await remote.ConnectGetHostnameAsync();
                called.SetResult();
            },
            CancellationToken.None);
        await called.Task.WaitAsync(Daemon.Patience);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(31));
                return receiving.IsCompleted;
            },
            "the call gives up");
        LibvirtException error = await Failure.OfAsync(() => receiving);
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.OperationTimeout));
    }

    private static byte[] Message(uint program, int procedure, MessageType type, uint serial, params byte[] payload) =>
        FakeSession.Message(new MessageHeader(program, Programs.Version, procedure, type, serial, MessageStatus.Ok), writer => writer.Raw(payload));
}
