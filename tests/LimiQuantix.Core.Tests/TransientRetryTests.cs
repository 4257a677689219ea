using LimiQuantix.Providers;

namespace LimiQuantix.Core.Tests;

public sealed class TransientRetryTests
{
    private static readonly TransientRetryOptions Options = new()
    {
        MaximumRetries = 3,
        Delay = TimeSpan.FromMilliseconds(1),
        LongestDelay = TimeSpan.FromMilliseconds(10),
        LongestRetryAfter = TimeSpan.FromSeconds(5),
    };

    private readonly List<TimeSpan> _pauses = [];

    [Test]
    public async Task Transient_error_is_tried_again_so_many_times_and_then_thrown()
    {
        var error = new LimiQuantixException(ErrorCodes.Unavailable, "Away.", isTransient: true);
        Assert.That(await CountTriesAsync(Options, error), Is.EqualTo(4));
        Assert.That(_pauses, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Other_errors_are_thrown_at_once()
    {
        Assert.That(await CountTriesAsync(Options, new LimiQuantixException(ErrorCodes.Conflict, "Taken.")), Is.EqualTo(1));
        Assert.That(await CountTriesAsync(Options, new InvalidOperationException()), Is.EqualTo(1));
    }

    [Test]
    public async Task Pause_that_was_asked_for_is_kept_even_above_the_longest_delay()
    {
        var asked = TimeSpan.FromMilliseconds(50);
        await CountTriesAsync(Options, Busy(asked));
        Assert.That(_pauses, Is.EqualTo(new[] { asked, asked, asked }));
    }

    [Test]
    public async Task Who_asks_for_too_long_a_pause_is_not_waited_for()
    {
        Assert.That(await CountTriesAsync(Options, Busy(Options.LongestRetryAfter * 2)), Is.EqualTo(1));
    }

    [Test]
    public async Task No_retries_are_one_try()
    {
        var error = new LimiQuantixException(ErrorCodes.Unavailable, "Away.", isTransient: true);
        Assert.That(await CountTriesAsync(Options with { MaximumRetries = 0 }, error), Is.EqualTo(1));
    }

    private static LimiQuantixException Busy(TimeSpan retryAfter) => new(new LimiQuantixError
    {
        Code = ErrorCodes.Unavailable,
        Message = "Busy.",
        IsTransient = true,
        RetryAfter = retryAfter,
    });

    private async Task<int> CountTriesAsync(TransientRetryOptions options, Exception error)
    {
        _pauses.Clear();
        var tries = 0;
        var retry = TransientRetry.Create(options, TimeProvider.System, (_, pause) => _pauses.Add(pause));
        var thrown = await Assert.CatchAsync(async () => await retry.ExecuteAsync(ValueTask (_) => throw Count()));
        Assert.That(thrown, Is.SameAs(error));
        return tries;

        Exception Count()
        {
            tries++;
            return error;
        }
    }
}
