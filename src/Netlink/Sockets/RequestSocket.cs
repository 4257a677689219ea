using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Netlink.Messages;
using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink.Sockets;

/// <summary>Sends requests and receives their answers, on the connection's thread.</summary>
internal sealed class RequestSocket(RtnetlinkOptions options, ILogger logger) : IDisposable
{
    /// <summary>What is sent at once: its answers fit into the smallest receive buffer (an answer counts some 800 bytes there).</summary>
    private const int MaxInFlight = 64;
    private const int MaxBytesInFlight = 32 << 10;
    private const ushort NLM_F_REQUEST = 1;
    private const ushort NLM_F_ACK = 4;
    private readonly NetlinkSocket _socket = new(options.ReceiveBufferSize);

    /// <summary>The kernel's parts of a dump are at most 32 KiB; single messages are hardly longer.</summary>
    private readonly byte[] _received = new byte[256 << 10];
    private readonly byte[] _sent = new byte[MaxBytesInFlight + (64 << 10)];
    private readonly List<Flight> _flight = [];
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private int _sentLength;
    private uint _sequence;
    private bool _changesLinks;

    public void Dispose() => _socket.Dispose();

    /// <summary>Sends the requests of several exchanges and completes these.</summary>
    public void Run(IReadOnlyList<Exchange> exchanges)
    {
        _indexes.Clear();
        foreach (Exchange exchange in exchanges)
        {
            try
            {
                Queue(exchange);
            }
            catch (Exception exception)
            {
                exchange.Fail(exception);
            }
        }
        try
        {
            Flush();
        }
        catch (Exception exception)
        {
            foreach (Exchange exchange in exchanges)
                exchange.Fail(exception);
        }
        foreach (Exchange exchange in exchanges)
            exchange.Complete();
    }

    /// <summary>Everything of a kind.</summary>
    /// <param name="request">Its flags have no NLM_F_DUMP; it is added.</param>
    /// <param name="take">Is given each message, and a list that is begun anew when the dump was interrupted.</param>
    /// <param name="cancellationToken">Ends it between two datagrams.</param>
    public List<T> Dump<T>(NetlinkRequest request, Action<NetlinkMessageView, List<T>> take, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            _indexes.Clear();
            var result = new List<T>();
            if (Dump(request, result, take, cancellationToken))
                return result;
            if (attempt >= options.DumpAttempts)
            {
                throw new NetlinkException(
                    NetlinkErrorKind.Interrupted, $"{request.Name} failed: what it reads changed while it was read, {attempt} times one after the other.")
                {
                    Request = request.Name,
                };
            }
            logger.DumpInterrupted(request.Name, attempt + 1, options.DumpAttempts);
        }
    }

    private bool Dump<T>(NetlinkRequest request, List<T> result, Action<NetlinkMessageView, List<T>> take, CancellationToken cancellationToken)
    {
        bool complete = true;
        Exception? failure = FindLinks(request);
        if (failure is not null)
            throw failure;
        uint sequence = Write(request, (ushort)(NLM_F_REQUEST | (int)request.Flags | (int)NetlinkRequestFlags.Dump));
        SendWritten([request]);
        while (true)
        {
            // After a failure the rest is still taken, so that the socket is free for the next dump.
            if (failure is null && cancellationToken.IsCancellationRequested)
                failure = new OperationCanceledException(cancellationToken);
            var reader = new MessageReader(Receive(request.Name));
            while (reader.Read())
            {
                if (reader.Header.Sequence != sequence)
                    continue;
                complete &= (reader.Header.Flags & MessageHeader.NLM_F_DUMP_INTR) == 0;
                if (reader.Header.Type is MessageHeader.NLMSG_DONE or MessageHeader.NLMSG_ERROR)
                {
                    failure ??= reader.Header.Type == MessageHeader.NLMSG_DONE
                        ? ErrorReader.ReadDone(reader.Header, reader.Payload, request)
                        : ErrorReader.Read(reader.Header, reader.Payload, request, out _);
                    return failure is null ? complete : throw failure;
                }
                try
                {
                    if (failure is null)
                        take(new NetlinkMessageView(reader.Header, reader.Payload), result);
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            }
        }
    }

    private void Queue(Exchange exchange)
    {
        for (int i = 0; i < exchange.Requests.Count; i++)
        {
            NetlinkRequest request = exchange.Requests[i];
            if (_flight.Count >= MaxInFlight || _sentLength + request.Length > MaxBytesInFlight)
                Flush();
            if (FindLinks(request) is { } error)
            {
                exchange.Answers[i] = new Exchange.Answer { Done = true, Error = error };
            }
            else
            {
                uint sequence = Write(request, (ushort)(NLM_F_REQUEST | NLM_F_ACK | (int)request.Flags));
                _flight.Add(new Flight(exchange, i, sequence));
                _changesLinks |= request.Type is RTM_NEWLINK or RTM_DELLINK or RTM_SETLINK or RTM_NEWLINKPROP or RTM_DELLINKPROP;
            }
            if (!exchange.StopAtFailure)
                continue;
            Flush();
            if (exchange.Answers[i].Error is not null)
                return;
        }
    }

    /// <summary>Finds the indexes of the links that a request names, once what was sent before it has been done.</summary>
    /// <returns>The error when one is not there.</returns>
    private NetlinkException? FindLinks(NetlinkRequest request)
    {
        if (request.References.Count == 0)
            return null;
        if (_changesLinks)
            Flush();
        foreach (NetlinkRequest.Reference reference in request.References)
        {
            if (reference.Link is not { } name || _indexes.ContainsKey(name))
                continue;
            Flush();
            var lookUp = new Exchange([LinkRequests.Get(name)], stopAtFailure: false, CancellationToken.None);
            Queue(lookUp);
            Flush();
            Exchange.Answer answer = lookUp.Answers[0];
            if (answer.Error is { } error)
            {
                return error.Kind != NetlinkErrorKind.NotFound
                    ? error
                    : new NetlinkException(NetlinkErrorKind.NotFound, $"{request.Name} failed: there is no link '{name}'.")
                    {
                        Errno = error.Errno,
                        KernelMessage = error.KernelMessage,
                        Request = request.Name,
                    };
            }
            _indexes[name] = LinkReader.Read((answer.Messages ?? [])[0].Payload.Span).Index;
        }
        return null;
    }

    /// <summary>Copies a request behind those that are to be sent, with its sequence number and what it refers to.</summary>
    private uint Write(NetlinkRequest request, ushort flags)
    {
        Span<byte> place = _sent.AsSpan(_sentLength);
        if (place.Length < request.Length)
            throw new ArgumentException($"{request.Name} has {request.Length} bytes, more than the {_sent.Length} that are sent at once.");
        request.Message.CopyTo(place);
        uint sequence = ++_sequence == 0 ? ++_sequence : _sequence;
        MemoryMarshal.Write(place, new MessageHeader { Length = (uint)request.Length, Type = request.Type, Flags = flags, Sequence = sequence });
        foreach (NetlinkRequest.Reference reference in request.References)
        {
            if (reference.Link is not null)
                MemoryMarshal.Write(place[reference.Offset..], _indexes.GetValueOrDefault(reference.Link));
            else
                MemoryMarshal.Write(place[reference.Offset..], (int)reference.Descriptor!.DangerousGetHandle());
        }
        _sentLength += MessageHeader.Align(request.Length);
        return sequence;
    }

    /// <summary>Sends what was written and receives the answers.</summary>
    private void Flush()
    {
        if (_flight.Count == 0)
            return;
        try
        {
            SendWritten(_flight.Select(static each => each.Request));
            int open = _flight.Count;
            while (open > 0)
                open -= Take(Receive(_flight[0].Request.Name));
        }
        catch (Exception exception)
        {
            NetlinkException failure = exception as NetlinkException ?? new NetlinkException(NetlinkErrorKind.Other, exception.Message, exception);
            foreach (Flight each in _flight)
                each.FailUnlessDone(failure);
        }
        finally
        {
            _flight.Clear();
            if (_changesLinks)
                _indexes.Clear();
            _changesLinks = false;
        }
    }

    private void SendWritten(IEnumerable<NetlinkRequest> requests)
    {
        int length = _sentLength;
        _sentLength = 0;
        var kept = new List<SafeHandle>();
        try
        {
            foreach (NetlinkRequest request in requests)
            {
                foreach (NetlinkRequest.Reference reference in request.References)
                {
                    if (reference.Descriptor is not { } descriptor)
                        continue;
                    bool added = false;
                    descriptor.DangerousAddRef(ref added);
                    kept.Add(descriptor);
                }
            }
            _socket.Send(_sent.AsSpan(0, length));
        }
        finally
        {
            foreach (SafeHandle each in kept)
                each.DangerousRelease();
        }
    }

    /// <returns>How many requests this answers to the end.</returns>
    private int Take(ReadOnlySpan<byte> datagram)
    {
        int done = 0;
        var reader = new MessageReader(datagram);
        while (reader.Read())
        {
            uint at = reader.Header.Sequence - _flight[0].Sequence;
            // Answers that nobody waits for are those to a request that was given up.
            if (at >= (uint)_flight.Count || _flight[(int)at].Sequence != reader.Header.Sequence)
                continue;
            Flight flight = _flight[(int)at];
            ref Exchange.Answer answer = ref flight.Answer;
            if (reader.Header.Type == MessageHeader.NLMSG_ERROR)
            {
                answer.Error = ErrorReader.Read(reader.Header, reader.Payload, flight.Request, out string? warning);
                if (warning is not null)
                    logger.Warned(flight.Request.Name, warning);
                done += answer.Done ? 0 : 1;
                answer.Done = true;
            }
            else if (!answer.Done && reader.Header.Type > MessageHeader.NLMSG_OVERRUN)
            {
                (answer.Messages ??= []).Add(new NetlinkMessage
                {
                    Type = reader.Header.Type,
                    Flags = reader.Header.Flags,
                    Payload = reader.Payload.ToArray(),
                });
            }
        }
        return done;
    }

    private ReadOnlySpan<byte> Receive(string request)
    {
        while (true)
        {
            int count = _socket.Receive(_received);
            if (count > 0)
                return _received.AsSpan(0, count);
            if (count < 0)
            {
                throw new NetlinkException(
                    NetlinkErrorKind.Overflow, $"{request} may have been done or not: its answer did not fit into the receive buffer.") { Request = request, Errno = 105 };
            }
            if (!_socket.Wait(null, options.CallTimeout))
                throw new NetlinkException(NetlinkErrorKind.TimedOut, $"{request} was not answered within {options.CallTimeout.TotalSeconds:0.###} s.") { Request = request };
        }
    }

    private readonly record struct Flight(Exchange Exchange, int Index, uint Sequence)
    {
        public NetlinkRequest Request => Exchange.Requests[Index];

        public ref Exchange.Answer Answer => ref Exchange.Answers[Index];

        public void FailUnlessDone(NetlinkException exception)
        {
            if (!Answer.Done)
                Answer = new Exchange.Answer { Done = true, Error = exception };
        }
    }
}
