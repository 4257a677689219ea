using Renci.SshNet.Common;

namespace LibvirtSharp.Ssh.Tests;

internal sealed class PasswordPromptsTests
{
    [Test]
    public void Password_answers_what_is_not_to_be_seen_and_nothing_else()
    {
        AuthenticationPrompt[] prompts = [new(0, true, "Your name: "), new(1, false, "Password: "), new(2, false, "Again: ")];
        new PasswordPrompts("secret").Answer(prompts);
        Assert.That(prompts.Select(prompt => prompt.Response), Is.EqualTo(new[] { "", "secret", "secret" }));
    }

    [Test]
    public void Host_that_asks_without_end_is_refused()
    {
        var prompts = new PasswordPrompts("secret");
        for (int request = 0; request < PasswordPrompts.MaxRequests; request++)
            prompts.Answer([]);
        LibvirtException error = Assert.Throws<LibvirtException>(() => prompts.Answer([new(0, false, "Password: ")]))!;
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed));
    }
}
