namespace LimiQuantix.Conformance.Proxy;

/// <summary>Failures as data. Only the contract's own cross as they are.</summary>
internal static class WireErrors
{
    public static LimiQuantixError ToError(Exception exception) => exception switch
    {
        LimiQuantixException known => known.Error,
        ArgumentException argument => new LimiQuantixError { Code = ErrorCodes.InvalidArgument, Message = argument.Message, Target = argument.ParamName },
        _ => new LimiQuantixError { Code = ErrorCodes.Internal, Message = $"{exception.GetType().Name}: {exception.Message}" },
    };

    public static LimiQuantixException DeadlinePassed(string member, TimeSpan deadline) =>
        new(ErrorCodes.Timeout, $"{member} did not answer in {deadline}; whether it will do what was asked is not known.", isTransient: true);

    public static LimiQuantixException Lost(string member) =>
        new(ErrorCodes.Unavailable, $"The connection broke before {member} had answered.", isTransient: true);
}
