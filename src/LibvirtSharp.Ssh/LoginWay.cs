namespace LibvirtSharp.Ssh;

/// <summary>A way to log in, of those that the URI's <c>sshauth</c> names.</summary>
internal enum LoginWay
{
    /// <summary>Keys that the user's ssh-agent holds.</summary>
    Agent,

    /// <summary>Keys in files.</summary>
    PrivateKey,

    /// <summary>The password, sent as one.</summary>
    Password,

    /// <summary>The password, as the answer to what the host asks.</summary>
    KeyboardInteractive,
}
