using System.Collections.Concurrent;
using System.Reflection;
using LimiQuantix.Consoles;
using LimiQuantix.Diagnostics;
using LimiQuantix.Jobs;
using LimiQuantix.Machines;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Proxy;

/// <summary>How a parameter crosses.</summary>
internal enum WireParameter
{
    /// <summary>As JSON.</summary>
    Value = 0,

    /// <summary>By the call's reset.</summary>
    Token = 1,

    /// <summary>As JSON but for its stream, which crosses in chunks, both ways, for as long as the call and its answer live.</summary>
    ValueWithStream = 2,
}

/// <summary>How a member's answer crosses.</summary>
internal enum WireAnswer
{
    /// <summary>Nothing but that it ended.</summary>
    Nothing = 0,

    /// <summary>As JSON.</summary>
    Value = 1,

    /// <summary>Item by item as JSON, with an end.</summary>
    Items = 2,

    /// <summary>A stream in chunks.</summary>
    Stream = 3,

    /// <summary>A console's endpoint as JSON, with its stream when it holds one.</summary>
    Endpoint = 4,

    /// <summary>A console: its bytes both ways.</summary>
    Upstream = 5,
}

/// <summary>A member of a contract, and how it crosses. A member that cannot is refused here: a proxy for it cannot be written.</summary>
internal sealed class WireShape
{
    /// <summary>
    /// The capabilities. Nothing in the contract marks an interface as one, so they are listed, and a test holds that none was forgotten. Channels into guests
    /// do not cross: the agents' verbs do.
    /// </summary>
    public static readonly IReadOnlyList<Type> Capabilities =
    [
        typeof(IDeclaresFeatures), typeof(IProviderJobs), typeof(IReportsPrerequisites), typeof(IScreenshotCapture), typeof(ISerialLog),
        typeof(ISupportsChangedExtents), typeof(ISupportsDiskChange), typeof(ISupportsDiskJobs), typeof(ISupportsFencing), typeof(ISupportsGrowth), typeof(ISupportsMediaChange),
        typeof(ISupportsMomentaryPause), typeof(ISupportsNicChange), typeof(ISupportsSnapshots), typeof(ISupportsVolumeCopy),
    ];

    private static readonly ConcurrentDictionary<MethodInfo, WireShape> Known = new();
    private readonly bool[] _mayBeNull;

    private WireShape(MethodInfo method)
    {
        Method = method;
        var nullability = new NullabilityInfoContext();
        Parameters = [.. method.GetParameters().Select(parameter => parameter.ParameterType).Select(ParameterOf)];
        _mayBeNull = [.. method.GetParameters().Select(parameter => nullability.Create(parameter).WriteState == NullabilityState.Nullable)];
        (Answer, ItemType) = AnswerOf(method);
        MayAnswerNull = Answer == WireAnswer.Value
            && nullability.Create(method.ReturnParameter).GenericTypeArguments is [{ ReadState: NullabilityState.Nullable }];
    }

    public MethodInfo Method { get; }

    public IReadOnlyList<WireParameter> Parameters { get; }

    public WireAnswer Answer { get; }

    /// <summary>The type of the answer, or of its items.</summary>
    public Type ItemType { get; }

    public bool MayAnswerNull { get; }

    public static WireShape Of(MethodInfo method) => Known.GetOrAdd(method, member => new WireShape(member));

    /// <summary>Every member of an interface that is called over the wire; the properties come with the hello.</summary>
    public static IEnumerable<MethodInfo> MembersOf(Type contract) => contract.GetInterfaces().Append(contract)
        .SelectMany(type => type.GetMethods())
        .Where(method => !method.IsSpecialName && !method.IsGenericMethod && method.Name != nameof(IAsyncDisposable.DisposeAsync));

    /// <summary>Refuses nulls where the contract has none, on the caller's side.</summary>
    public void CheckArguments(object?[] arguments)
    {
        for (var index = 0; index < arguments.Length; index++)
        {
            if (arguments[index] is null && !_mayBeNull[index]) throw new ArgumentNullException(Method.GetParameters()[index].Name);
        }
    }

    private static WireParameter ParameterOf(Type type)
    {
        if (type == typeof(CancellationToken)) return WireParameter.Token;
        if (StreamOf(type) is not null) return WireParameter.ValueWithStream;
        return IsData(type) ? WireParameter.Value : throw new NotSupportedException($"A {type} cannot be sent to another process.");
    }

    /// <summary>The stream that a request lends to the other side.</summary>
    public static PropertyInfo? StreamOf(Type request) => request.GetProperties().SingleOrDefault(property => property.PropertyType == typeof(Stream));

    private static (WireAnswer Answer, Type Type) AnswerOf(MethodInfo method)
    {
        var type = method.ReturnType;
        if (type == typeof(Task)) return (WireAnswer.Nothing, typeof(object));
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        var item = type.IsGenericType ? type.GetGenericArguments()[0] : typeof(object);
        if (definition == typeof(IAsyncEnumerable<>) && IsData(item)) return (WireAnswer.Items, item);
        if (definition == typeof(Task<>))
        {
            if (item == typeof(Stream)) return (WireAnswer.Stream, item);
            if (item == typeof(ConsoleEndpoint)) return (WireAnswer.Endpoint, item);
            if (item == typeof(ConsoleUpstream)) return (WireAnswer.Upstream, item);
            if (IsData(item)) return (WireAnswer.Value, item);
        }

        throw new NotSupportedException($"{method.DeclaringType!.Name}.{method.Name} answers a {type}, which cannot come from another process.");
    }

    /// <summary>Values, records and lists of them; nothing that has behaviour of its own.</summary>
    private static bool IsData(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value) return IsData(value);
        if (type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(Uri) || type == typeof(Guid) || type == typeof(TimeSpan)
            || type == typeof(DateTimeOffset) || type == typeof(ReadOnlyMemory<byte>))
            return true;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) return IsData(type.GetGenericArguments()[0]);
        return type.Assembly == typeof(IProvider).Assembly && !type.IsInterface && !typeof(Delegate).IsAssignableFrom(type) && !typeof(IAsyncDisposable).IsAssignableFrom(type);
    }
}
