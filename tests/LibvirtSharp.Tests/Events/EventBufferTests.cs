using LibvirtSharp.Events;

namespace LibvirtSharp.Tests.Events;

internal sealed class EventBufferTests
{
    [Test]
    public void What_comes_after_the_end_is_neither_kept_nor_counted_as_dropped()
    {
        var buffer = new EventBuffer(2);
        buffer.Add(new ResyncEvent { Reason = LibvirtResyncReason.Reconnected }, 10);
        Assert.That(buffer.TryEnd(), Is.True);
        buffer.Add(new ResyncEvent { Reason = LibvirtResyncReason.Reconnected }, 10);
        buffer.Miss(5);
        Assert.That(buffer.TryTake(out LibvirtEvent? last) && last is ResyncEvent { Reason: LibvirtResyncReason.Reconnected }, Is.True);
        Assert.That(buffer.TryTake(out _), Is.False);
        Assert.That(buffer.TryEnd(), Is.False);
    }
}
