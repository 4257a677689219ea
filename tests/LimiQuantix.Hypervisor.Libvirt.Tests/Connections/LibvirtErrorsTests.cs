using System.Net.Sockets;
using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Connections;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Connections;

[TestFixture]
public sealed class LibvirtErrorsTests
{
    private const string Uri = "qemu:///system";

    [Test]
    public void Closed_socket_names_the_group()
    {
        var error = new LibvirtException(LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, "no", new SocketException((int)SocketError.AccessDenied));
        LimiQuantixException mapped = LibvirtErrors.Map(error, Uri);
        Assert.That(mapped.Code, Is.EqualTo(ErrorCodes.PermissionDenied));
        Assert.That(mapped.Remedy, Does.Contain("usermod -aG libvirt"));
    }

    [Test]
    public void Missing_daemon_names_the_package_and_may_come_back()
    {
        LimiQuantixException mapped = LibvirtErrors.Map(new LibvirtException(LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, "no"), Uri);
        Assert.That(mapped.Code, Is.EqualTo(ErrorCodes.Unavailable));
        Assert.That(mapped.IsTransient, Is.True);
        Assert.That(mapped.Remedy, Does.Contain("apt-get install libvirt-daemon-system").And.Contain("systemctl"));
    }

    [TestCase(LibvirtErrorCode.NoDomain, "gone", ErrorCodes.NotFound)]
    [TestCase(LibvirtErrorCode.OperationInvalid, "domain is not running", ErrorCodes.FailedPrecondition)]
    [TestCase(LibvirtErrorCode.OperationTimeout, "late", ErrorCodes.Timeout)]
    [TestCase(LibvirtErrorCode.ConfigUnsupported, "unsupported configuration", ErrorCodes.InvalidArgument)]
    [TestCase(LibvirtErrorCode.OperationFailed, "domain 'x' already exists with uuid y", ErrorCodes.Conflict)]
    [TestCase(LibvirtErrorCode.InternalError, "Could not set up host forwarding rule 'tcp:127.0.0.1:22-:22'", ErrorCodes.HostPortTaken)]
    [TestCase(LibvirtErrorCode.InternalError, "Could not open '/a': Permission denied", ErrorCodes.PermissionDenied)]
    [TestCase(LibvirtErrorCode.NoSupport, "Cannot find QEMU binary /usr/bin/q", ErrorCodes.MissingPrerequisite)]
    [TestCase(LibvirtErrorCode.InternalError, "cannot set up guest memory 'pc.ram': Cannot allocate memory", ErrorCodes.FailedPrecondition)]
    [TestCase(LibvirtErrorCode.InternalError, "something new", ErrorCodes.Internal)]
    public void Errors_get_the_contracts_codes(LibvirtErrorCode code, string message, string expected)
    {
        LimiQuantixException mapped = LibvirtErrors.Map(new LibvirtException(code, LibvirtErrorDomain.Qemu, message) { Procedure = "X" }, Uri, Guid.NewGuid());
        Assert.That(mapped.Code, Is.EqualTo(expected));
        Assert.That(mapped.InnerException, Is.InstanceOf<LibvirtException>());
    }
}
