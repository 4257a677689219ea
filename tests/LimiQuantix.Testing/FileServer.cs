using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LimiQuantix.Testing;

/// <summary>
/// A small HTTP/1.1 server on a free loopback port that serves files with ETags and ranges, and the faults of real servers
/// (see <see cref="ServedFile"/>). It keeps connections open between requests, as real servers do.
/// </summary>
public sealed class FileServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<string, ServedFile> files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> connections = new();
    private readonly Task accepting;
    private int requestCount;

    private FileServer(bool https)
    {
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        BaseAddress = new Uri($"{(https ? "https" : "http")}://127.0.0.1:{port}/");
        Certificate = https ? CreateCertificate() : null;
        accepting = AcceptAsync();
    }

    /// <summary>The server's address.</summary>
    public Uri BaseAddress { get; }

    /// <summary>The self-signed certificate of an https server, which no client trusts by itself; null over http.</summary>
    public X509Certificate2? Certificate { get; }

    /// <summary>The number of requests so far, over all files and unknown paths.</summary>
    public int RequestCount => Volatile.Read(ref requestCount);

    /// <summary>The number of body bytes sent so far, over all files.</summary>
    public long BytesSent => files.Values.Sum(file => file.BytesSent);

    /// <summary>Starts a server on a free loopback port.</summary>
    public static FileServer Start(bool https = false) => new(https);

    /// <summary>Serves bytes at a path such as <c>disk.qcow2</c>. Paths that were never added answer 404.</summary>
    public ServedFile Add(string path, byte[] content) => Add(path, content, filePath: null);

    /// <summary>Serves a file of the disk, read anew for each request.</summary>
    public ServedFile AddFile(string path, string filePath) => Add(path, content: null, filePath);

    /// <summary>Answers a path with a redirect; to another path of this server, or to any address.</summary>
    public ServedFile AddRedirect(string path, string target)
    {
        ServedFile file = Add(path, []);
        file.RedirectTo = target.Contains("://", StringComparison.Ordinal) ? target : BaseAddress + target.TrimStart('/');
        return file;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(connections.Keys);
        listener.Dispose();
        stopping.Dispose();
        Certificate?.Dispose();
    }

    private ServedFile Add(string path, byte[]? content, string? filePath)
    {
        path = "/" + path.TrimStart('/');
        return files[path] = new ServedFile(BaseAddress + path.TrimStart('/'), content, filePath);
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptSocketAsync(stopping.Token);
                Task connection = ServeAsync(socket);
                connections[connection] = true;
                _ = connection.ContinueWith(
                    done => connections.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            await using Stream stream = await OpenStreamAsync(socket);
            var connection = new FileServerConnection(stream, FindFile);
            await connection.RunAsync(stopping.Token);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or AuthenticationException or SocketException)
        {
            // The client went away, refused the certificate, or the server is being disposed: the connection just ends.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private async Task<Stream> OpenStreamAsync(Socket socket)
    {
        var network = new NetworkStream(socket, ownsSocket: true);
        if (Certificate is null)
            return network;
        var tls = new SslStream(network);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, stopping.Token);
        return tls;
    }

    private ServedFile? FindFile(string target)
    {
        Interlocked.Increment(ref requestCount);
        return files.GetValueOrDefault(target.Split('?')[0]);
    }

    private static X509Certificate2 CreateCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=limiquantix-test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100));
    }
}
