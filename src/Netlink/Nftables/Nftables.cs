using System.ComponentModel;
using System.Diagnostics;

namespace Netlink;

/// <summary>
/// nftables in one network namespace, through its own program nft(8): read whole, changed by transactions that the kernel makes whole or not at all.
/// </summary>
public sealed class Nftables
{
    private readonly NetworkNamespace? _namespace;
    private readonly string _program;
    private readonly TimeSpan _timeout;

    /// <summary>nftables of a namespace.</summary>
    /// <param name="networkNamespace">The namespace; null for that of the process. Not disposed.</param>
    /// <param name="program">nft, found in PATH and the folders of system programs unless it is a path.</param>
    /// <param name="timeout">How long it may take; 30 s by default.</param>
    public Nftables(NetworkNamespace? networkNamespace = null, string program = "nft", TimeSpan? timeout = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        _namespace = networkNamespace;
        _program = Find(program);
        _timeout = timeout ?? TimeSpan.FromSeconds(30);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_timeout, TimeSpan.Zero, nameof(timeout));
    }

    /// <summary>All tables, chains, sets and rules.</summary>
    public async Task<NftRuleset> ListAsync(CancellationToken cancellationToken = default) =>
        NftJson.Read(await RunAsync("nft list ruleset", ["-j", "list", "ruleset"], null, cancellationToken).ConfigureAwait(false));

    /// <summary>Makes all changes, or none.</summary>
    /// <exception cref="NetlinkException">nft or the kernel refused one; nothing has changed.</exception>
    public Task ApplyAsync(NftTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.Count == 0 ? Task.CompletedTask : RunAsync("nft -f", ["-j", "-f", "-"], transaction.ToJson(), cancellationToken);
    }

    /// <summary>Asks whether all changes could be made, and makes none.</summary>
    /// <exception cref="NetlinkException">One could not.</exception>
    public Task CheckAsync(NftTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.Count == 0 ? Task.CompletedTask : RunAsync("nft -c", ["-c", "-j", "-f", "-"], transaction.ToJson(), cancellationToken);
    }

    private async Task<string> RunAsync(string request, string[] arguments, string? input, CancellationToken cancellationToken)
    {
        // A process is in the namespace of the thread that starts it.
        using Process process = _namespace is null
            ? Start(arguments)
            : await NamespaceThread.RunAsync(_namespace, () => Start(arguments), cancellationToken).ConfigureAwait(false);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_timeout);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(deadline.Token);
            await WriteAsync(process, input, deadline.Token).ConfigureAwait(false);
            await Task.WhenAll(output, error, process.WaitForExitAsync(deadline.Token)).ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw Failure(request, (await error.ConfigureAwait(false)).Trim());
            return await output.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill();
            throw new NetlinkException(NetlinkErrorKind.TimedOut, $"{request} did not end within {_timeout.TotalSeconds:0.###} s.") { Request = request };
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo(_program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new NetlinkException(NetlinkErrorKind.NotSupported, $"{_program} could not be started: {exception.Message}. It is in the package nftables.", exception)
            {
                Errno = exception.NativeErrorCode,
                Request = _program,
            };
        }
    }

    private static async Task WriteAsync(Process process, string? input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read all; its exit code says why.
        }
    }

    /// <summary>nft gives no numbers, only the kernel's words for them.</summary>
    private static NetlinkException Failure(string request, string text)
    {
        (NetlinkErrorKind kind, int errno) = text switch
        {
            _ when text.Contains("Operation not permitted", StringComparison.Ordinal) => (NetlinkErrorKind.NotPermitted, 1),
            _ when text.Contains("No such file or directory", StringComparison.Ordinal) => (NetlinkErrorKind.NotFound, 2),
            _ when text.Contains("File exists", StringComparison.Ordinal) => (NetlinkErrorKind.AlreadyExists, 17),
            _ when text.Contains("Device or resource busy", StringComparison.Ordinal) => (NetlinkErrorKind.Busy, 16),
            _ when text.Contains("Operation not supported", StringComparison.Ordinal) => (NetlinkErrorKind.NotSupported, 95),
            _ when text.Contains("Protocol error", StringComparison.Ordinal) => (NetlinkErrorKind.NotSupported, 71),
            _ => (NetlinkErrorKind.Invalid, 0),
        };
        string hint = kind == NetlinkErrorKind.NotPermitted ? " This needs CAP_NET_ADMIN in the user namespace of the network namespace." : "";
        return new NetlinkException(kind, $"{request} failed: {text}.{hint}") { Errno = errno, KernelMessage = text, Request = request };
    }

    private static string Find(string program) => program.Contains('/', StringComparison.Ordinal)
        ? program
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(["/usr/sbin", "/sbin"])
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists) ?? program;
}
