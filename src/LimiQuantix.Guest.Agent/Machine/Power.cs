using LimiQuantix.Guest.Agent.Execs;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.Machine;

/// <summary>Shutdown and restart: answered first, done a moment later.</summary>
internal static class Power
{
    private const int Delay = 300;
    private const int ToolPatience = 60_000;

    public static Close Act(PowerRequest request)
    {
        bool systemd = Directory.Exists("/run/systemd/system");
        string[] command = request.Action switch
        {
            PowerAction.Shutdown => systemd ? ["systemctl", "poweroff"] : ["poweroff"],
            PowerAction.Reboot => systemd ? ["systemctl", "reboot"] : ["reboot"],
            PowerAction.Halt => systemd ? ["systemctl", "halt"] : ["halt"],
            _ => throw new AgentException(Code.Invalid, "shutdown, reboot or halt"),
        };
        if (Tool.Find(command[0]) is null)
            throw new AgentException(Code.Unimplemented, $"this guest has no {command[0]}");
        int wait = (int)Math.Clamp(request.DelayMs, Delay, 60_000);
        new Thread(
            () =>
            {
                Pause(wait);
                try
                {
                    (int code, string output) = Tool.Run(command, ToolPatience);
                    if (code != 0)
                        Log.Write($"{string.Join(' ', command)} ended with {code}: {output}");
                }
                catch (AgentException e)
                {
                    Log.Write(e.Message);
                }
            },
            128 * 1024) { IsBackground = true, Name = "power" }.Start();
        return new Close();
    }

    private static unsafe void Pause(int milliseconds) => _ = Native.Libc.Poll(null, 0, milliseconds);
}
