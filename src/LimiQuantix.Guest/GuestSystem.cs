using System.Runtime.CompilerServices;
using LimiQuantix.Guest.Client;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest;

/// <summary>The guest as a whole: facts, telemetry, clock, passwords, keys, addresses, power.</summary>
public sealed class GuestSystem
{
    private const int MaxKeys = 1024;
    private readonly GuestSession _session;

    internal GuestSystem(GuestSession session) => _session = session;

    /// <summary>What the guest says of itself.</summary>
    public async Task<GuestInfo> GetInfoAsync(CancellationToken cancellationToken = default)
    {
        Close close = await _session.CallAsync(new Request { Info = new InfoRequest() }, cancellationToken).ConfigureAwait(false);
        InfoResult info = close.Info ?? throw GuestException.Violation("an info without its content");
        return new GuestInfo
        {
            OsId = GuestText.Clean(info.OsId, 64),
            OsVersion = GuestText.Clean(info.OsVersion, 64),
            OsName = GuestText.Clean(info.OsName, 256),
            Kernel = GuestText.Clean(info.Kernel, 256),
            Architecture = GuestText.Clean(info.Architecture, 64),
            HostName = GuestText.Clean(info.Hostname, 255),
            BootId = GuestText.Clean(info.BootId, 64),
            MachineId = GuestText.Clean(info.MachineId, 64),
            Uptime = Claimed.Milliseconds(info.UptimeMs),
            Time = DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(info.TimeUnixMs, (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())),
            TimeZone = GuestText.Clean(info.TimeZone, 64),
            Processors = (int)Math.Min(info.Processors, 1 << 20),
            MemoryBytes = Claimed.Size(info.MemoryBytes),
            AgentMemoryBytes = Claimed.Size(info.AgentMemoryBytes),
        };
    }

    /// <summary>The guest's interfaces and addresses.</summary>
    public async Task<IReadOnlyList<GuestInterface>> GetInterfacesAsync(CancellationToken cancellationToken = default)
    {
        Close close = await _session.CallAsync(new Request { Addresses = new AddressesRequest() }, cancellationToken).ConfigureAwait(false);
        return [.. (close.Addresses?.Interfaces ?? []).Take(GuestInterface.Max).Select(GuestInterface.Of)];
    }

    /// <summary>How much the guest uses now.</summary>
    public async Task<GuestTelemetry> GetTelemetryAsync(CancellationToken cancellationToken = default)
    {
        Close close = await _session.CallAsync(new Request { Telemetry = new TelemetryRequest() }, cancellationToken).ConfigureAwait(false);
        return GuestTelemetry.Of(close.Telemetry ?? throw GuestException.Violation("a telemetry without its content"), _session.Options.TimeProvider.GetUtcNow());
    }

    /// <summary>How much the guest uses, each <paramref name="interval"/> with some jitter, until the caller stops or the session ends.</summary>
    /// <param name="interval">One to 60 seconds.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<GuestTelemetry> WatchTelemetryAsync(TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (interval < TimeSpan.FromSeconds(1) || interval > TimeSpan.FromSeconds(60))
            throw new ArgumentOutOfRangeException(nameof(interval), interval, "Telemetry comes each one to 60 seconds.");
        GuestStream stream = _session.Open(new Request { Telemetry = new TelemetryRequest { IntervalMs = (uint)interval.TotalMilliseconds } }, 1);
        try
        {
            while (await stream.TakeAsync(0, cancellationToken).ConfigureAwait(false) is { } item)
            {
                if (item.Type != FrameType.Message || GuestSession.Parse(Message.Parser, item.Payload).Telemetry is not { } telemetry)
                    throw GuestException.Violation("telemetry that is none");
                yield return GuestTelemetry.Of(telemetry, _session.Options.TimeProvider.GetUtcNow());
            }

            await _session.CloseOfAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            stream.Notify(new Notice { Cancel = true });
        }
    }

    /// <summary>Sets the guest's clock to this machine's when it is off by more than a second.</summary>
    /// <returns>How far it was off (positive: ahead), and whether it was set.</returns>
    public async Task<(TimeSpan Drift, bool WasSet)> SetTimeAsync(CancellationToken cancellationToken = default)
    {
        // Read for each attempt: a request that waited must not carry an old time.
        var request = new SetTimeRequest
        {
            UnixMs = (ulong)_session.Options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds(), ToleranceMs = 1000, SetHardwareClock = true,
        };
        Close close = await _session.CallAsync(new Request { SetTime = request }, cancellationToken).ConfigureAwait(false);
        SetTimeResult result = close.SetTime ?? throw GuestException.Violation("a clock set without its result");
        return (TimeSpan.FromMilliseconds(Math.Clamp(result.DriftMs, -1e14, 1e14)), result.Stepped);
    }

    /// <summary>Sets a user's password. It goes to the guest's own tool by its input: never into arguments, environment or logs.</summary>
    /// <param name="user">The user.</param>
    /// <param name="password">The password, or its hash as crypt(5) has it.</param>
    /// <param name="isCrypted">Whether it is a hash.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task SetPasswordAsync(string user, string password, bool isCrypted = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentException.ThrowIfNullOrEmpty(password);
        if (user.AsSpan().IndexOfAny(':', '\n', '\0') >= 0 || password.AsSpan().IndexOfAny('\n', '\0') >= 0)
            throw new ArgumentException("A user's name holds no ':', and neither it nor a password a line end or a NUL.");
        return _session.CallAsync(new Request { SetPassword = new SetPasswordRequest { User = user, Password = password, IsCrypted = isCrypted } }, cancellationToken);
    }

    /// <summary>Adds and removes keys of a user's authorized_keys; what it holds beside them stays.</summary>
    /// <returns>The keys afterwards.</returns>
    public async Task<IReadOnlyList<string>> SetSshKeysAsync(
        string user, IReadOnlyList<string>? add = null, IReadOnlyList<string>? remove = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        foreach (string key in (add ?? []).Concat(remove ?? []))
        {
            if (string.IsNullOrWhiteSpace(key) || key.AsSpan().IndexOfAny('\n', '\r', '\0') >= 0)
                throw new ArgumentException("A key is one line.");
        }

        var request = new SshKeysRequest { User = user };
        request.Add.AddRange(add ?? []);
        request.Remove.AddRange(remove ?? []);
        Close close = await _session.CallAsync(new Request { SshKeys = request }, cancellationToken).ConfigureAwait(false);
        return [.. (close.SshKeys?.Keys ?? []).Take(MaxKeys).Select(k => GuestText.Clean(k, 16 * 1024))];
    }

    /// <summary>Shuts the guest down. The agent answers first: watch the machine for its end.</summary>
    public Task ShutdownAsync(CancellationToken cancellationToken = default) => PowerAsync(PowerAction.Shutdown, cancellationToken);

    /// <summary>Restarts the guest. The agent answers first; a new boot id tells that it came back.</summary>
    public Task RebootAsync(CancellationToken cancellationToken = default) => PowerAsync(PowerAction.Reboot, cancellationToken);

    private Task<Close> PowerAsync(PowerAction action, CancellationToken cancellationToken) =>
        _session.CallAsync(new Request { Power = new PowerRequest { Action = action } }, cancellationToken);
}
