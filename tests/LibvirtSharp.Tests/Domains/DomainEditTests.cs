using LibvirtSharp.Protocol;
using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests;

internal sealed class DomainEditTests
{
    [Test]
    public async Task Domain_that_was_undefined_meanwhile_does_not_come_back_by_an_edit()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.DomainGetXmlDesc, call => call.ReplyAsync(w => w.String("<domain><name>d</name></domain>", 100)));
        server.On(RemoteProcedure.DomainIsPersistent, call => call.FailAsync(LibvirtErrorCode.NoDomain, "it was undefined"));
        int defined = 0;
        server.On(RemoteProcedure.DomainDefineXmlFlags, call =>
        {
            defined++;
            return call.ReplyAsync();
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        LibvirtException error = await Failure.OfAsync(() => new Domain(connection, new DomainRef { Name = "d" }).EditAsync(xml => xml.VirtualCpus = 2));
        Assert.That((error.Code, defined), Is.EqualTo((LibvirtErrorCode.NoDomain, 0)));
    }
}
