namespace LimiQuantix.Core.State;

/// <summary>What changes whenever a lease is taken or renewed.</summary>
/// <param name="Holder">Who holds it.</param>
/// <param name="Token">Its fencing token.</param>
/// <param name="Renewal">How often it was renewed.</param>
internal readonly record struct LeaseMark(string Holder, long Token, long Renewal);
