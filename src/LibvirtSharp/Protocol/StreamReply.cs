namespace LibvirtSharp.Protocol;

/// <summary>An opened stream and what the call that opened it answered.</summary>
public readonly record struct StreamReply<T>(LibvirtStream Stream, T Reply);
