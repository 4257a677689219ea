using System.Globalization;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Providers.Guards;

/// <summary>The errors that the engine itself makes of a provider's behaviour. Each names plugin, instance and member.</summary>
internal static class ProviderErrors
{
    public static LimiQuantixException TimedOut(ProviderInstanceInfo info, GuardedCall call) => new(
        ErrorCodes.Timeout,
        $"{Title(info)} did not return from {call.Member} in {Seconds(call.Limit)} s."
        + (call.IsMutating ? " Whether it took effect is not known." : ""),
        $"Look at what it works with and at its log; LimiQuantixOptions.ProviderDeadlines.{call.Option} is the limit.",
        info.Name,
        isTransient: !call.IsMutating);

    public static LimiQuantixException NeverBegan(ProviderInstanceInfo info, GuardedCall call) => new(
        ErrorCodes.Timeout,
        $"{Title(info)} could not be asked for {call.Member} in {Seconds(call.Limit)} s: its threads, {ProviderGuard.MaxThreads} at most, are busy with "
        + "earlier calls, or this machine is. Nothing was done.",
        $"Look at what it works with; a plugin must not block its caller, which is for plugin '{info.PluginId}' to mend.",
        info.Name,
        isTransient: true);

    public static LimiQuantixException Stuck(ProviderInstanceInfo info, GuardedCall call, int late) => new(
        ErrorCodes.Unavailable,
        $"{Title(info)} is not asked for {call.Member}: {late} earlier calls passed their deadline and have not returned.",
        $"Look at what it works with; it is asked again when they return. It is for plugin '{info.PluginId}' to end a call when its token is cancelled.",
        info.Name,
        isTransient: true);

    public static LimiQuantixException StillOpening(ProviderInstanceInfo info) => new(
        ErrorCodes.Timeout,
        $"{Title(info)} is not open: its opening passed its deadline and has not returned.",
        $"Look at what it works with; it is opened again when that has returned. It is for plugin '{info.PluginId}' to end an opening when its token is cancelled.",
        info.Name,
        isTransient: true);

    public static LimiQuantixException Failed(ProviderInstanceInfo info, string member, Exception cause) => new(
        ErrorCodes.PluginFailed,
        $"{Title(info)} failed in {member}: {cause.GetType().Name}: {Names.Show(cause.Message, 500)}",
        $"It is for plugin '{info.PluginId}' to mend, unless the reason names a file or a setting.",
        info.Name,
        innerException: cause);

    public static LimiQuantixException Wrong(ProviderInstanceInfo info, string member, string what) => new(
        ErrorCodes.PluginFailed,
        $"{Title(info)} gave {what} in {member}.",
        $"It is for plugin '{info.PluginId}' to mend.",
        info.Name);

    /// <summary>The instance in words, at the begin of a sentence.</summary>
    public static string Title(ProviderInstanceInfo info) =>
        $"The {info.ToKey()} of kind '{info.Kind}' (plugin '{info.PluginId}')";

    private static string Seconds(TimeSpan limit) => limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
