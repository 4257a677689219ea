namespace LimiQuantix.Images.Http.Tests;

internal sealed class OptionsTests
{
    [Test]
    public void The_defaults_are_valid() => Assert.That(new HttpImageSourceOptions().Validate(), Is.Empty);

    [Test]
    public void Every_problem_is_told_at_once()
    {
        var options = new HttpImageSourceOptions
        {
            ConnectTimeout = TimeSpan.Zero,
            ResponseTimeout = TimeSpan.FromDays(1),
            ReadTimeout = TimeSpan.FromSeconds(-1),
            MaximumRedirects = 11,
            UserAgent = "a\r\nb",
            Proxy = new Uri("ftp://proxy"),
            AllowPrivateAddresses = false,
        };
        options.Serves.Add("ftp://host");
        options.Serves.Add("https://host");
        options.Credentials["http://host/"] = new SecretReference { Name = "x" };

        Assert.That(options.Validate().ToList(), Has.Count.EqualTo(9));
    }
}
