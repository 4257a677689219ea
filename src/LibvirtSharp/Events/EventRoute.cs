namespace LibvirtSharp.Events;

/// <summary>Where an event belongs: a family and the callback number the server gave its registration.</summary>
internal readonly record struct EventRoute(EventFamily Family, int CallbackId);
