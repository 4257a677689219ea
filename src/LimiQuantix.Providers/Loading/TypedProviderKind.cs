using System.Diagnostics.CodeAnalysis;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Plugins;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Secrets;
using LimiQuantix.Storage;

namespace LimiQuantix.Providers.Loading;

/// <summary>A kind with its types.</summary>
/// <param name="open">Opens an instance.</param>
/// <param name="validate">Gives the problems of the options; null when none is possible.</param>
/// <param name="bind">Sets options from settings; null when the engine does it.</param>
/// <param name="isShared">Whether an instance spans the nodes; null when the contract says it.</param>
internal sealed class TypedProviderKind<TProvider, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
    Func<ProviderContext, TOptions, CancellationToken, ValueTask<TProvider>> open,
    Func<TOptions, IEnumerable<string>>? validate,
    Func<TOptions, IReadOnlyDictionary<string, string?>, IEnumerable<string>>? bind = null,
    Func<TOptions, bool>? isShared = null) : ProviderKind
    where TProvider : class, IProvider
    where TOptions : class, new()
{
    private static readonly bool ContractIsOnNode =
        typeof(TProvider) == typeof(IHypervisor) || typeof(TProvider) == typeof(IStorageBackend) || typeof(TProvider) == typeof(INetworkBackend)
            || typeof(TProvider) == typeof(IImageStore);

    public override Type Contract => typeof(TProvider);

    public override Type OptionsType => typeof(TOptions);

    public override object CreateOptions() => new TOptions();

    public override bool NeedsReflection => bind is null && OptionsBinding.NeedsReflection(typeof(TOptions));

    public override bool IsAlwaysOnNode => isShared is null && ContractIsOnNode;

    public override bool IsShared(object options) => isShared?.Invoke((TOptions)options) ?? !ContractIsOnNode;

    public override IReadOnlyList<string> Bind(object options, IReadOnlyDictionary<string, string?> settings) =>
        bind is null ? OptionsBinding.Bind((TOptions)options, settings) : [.. bind((TOptions)options, settings)];

    public override void OwnSecrets(object options, string instance) => InstanceSecrets.Own((TOptions)options, instance);

    public override IReadOnlyList<string> Validate(object options) => validate is null ? [] : [.. validate((TOptions)options)];

    public override async ValueTask<IProvider?> OpenAsync(ProviderContext context, object options, CancellationToken cancellationToken) =>
        await open(context, (TOptions)options, cancellationToken).ConfigureAwait(false);
}
