namespace LibvirtSharp.Configuration;

/// <summary>A number of libvirt's configuration format, as it is written.</summary>
internal sealed record ConfigurationNumber(string Digits);
