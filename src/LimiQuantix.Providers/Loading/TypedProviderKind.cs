using LimiQuantix.Plugins;

namespace LimiQuantix.Providers.Loading;

/// <summary>A kind with its types.</summary>
/// <param name="open">Opens an instance.</param>
/// <param name="validate">Gives the problems of the options; null when none is possible.</param>
internal sealed class TypedProviderKind<TProvider, TOptions>(
    Func<ProviderContext, TOptions, CancellationToken, ValueTask<TProvider>> open,
    Func<TOptions, IEnumerable<string>>? validate) : ProviderKind
    where TProvider : class, IProvider
    where TOptions : class, new()
{
    public override Type Contract => typeof(TProvider);

    public override Type OptionsType => typeof(TOptions);

    public override object CreateOptions() => new TOptions();

    public override IReadOnlyList<string> Validate(object options) => validate is null ? [] : [.. validate((TOptions)options)];

    public override async ValueTask<IProvider?> OpenAsync(ProviderContext context, object options, CancellationToken cancellationToken) =>
        await open(context, (TOptions)options, cancellationToken).ConfigureAwait(false);
}
