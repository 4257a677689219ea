namespace LibvirtSharp.Events;

/// <summary>Messages that overtook the answer that says which number their registration has. Bounded; what does not fit is counted.</summary>
internal sealed class HeldEvents
{
    private const int Most = 1024;
    private const int MostBytes = 16 * 1024 * 1024;

    private readonly List<(EventRoute Route, object Message, int Bytes)> _messages = [];
    private readonly Dictionary<EventRoute, long> _dropped = [];
    private long _bytes;

    public void Add(EventRoute route, object message, int bytes)
    {
        // After a drop all of its route are dropped, so that what is delivered has no gap.
        bool fits = _messages.Count < Most && (_bytes == 0 || _bytes + bytes <= MostBytes);
        if (fits && !_dropped.ContainsKey(route))
        {
            _messages.Add((route, message, bytes));
            _bytes += bytes;
        }
        else if (_dropped.Count < Most || _dropped.ContainsKey(route))
        {
            _dropped[route] = _dropped.GetValueOrDefault(route) + 1;
        }
    }

    /// <summary>Brings what is of a registration to those who share it.</summary>
    public void Deliver(EventRoute route, List<LibvirtEventSubscription> subscriptions)
    {
        _dropped.Remove(route, out long dropped);
        foreach (LibvirtEventSubscription subscription in subscriptions)
        {
            foreach ((EventRoute of, object message, int bytes) in _messages)
            {
                if (of == route)
                    subscription.Deliver(message, bytes);
            }
            if (dropped > 0)
                subscription.Miss(dropped);
        }
        _bytes -= _messages.Where(held => held.Route == route).Sum(held => (long)held.Bytes);
        _messages.RemoveAll(held => held.Route == route);
    }

    public void Clear()
    {
        _messages.Clear();
        _dropped.Clear();
        _bytes = 0;
    }
}
