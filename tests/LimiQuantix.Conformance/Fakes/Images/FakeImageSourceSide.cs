using LimiQuantix.Images;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>The options of a fake image source. They may be changed while it works.</summary>
public sealed class FakeImageSourceOptions : FakeOptions
{
    /// <summary>Which locations it serves, as prefixes.</summary>
    public IList<string> Serves { get; } = ["fake://"];

    /// <summary>Whether it can open ranges.</summary>
    public bool HasRanges { get; set; } = true;

    /// <summary>Whether it knows how long an image is.</summary>
    public bool KnowsLengths { get; set; } = true;
}

/// <summary>An image as the fakes' world keeps it.</summary>
internal sealed record FakeImage
{
    public required byte[] Bytes { get; init; }

    public string? Validator { get; init; }
}

/// <summary>The other side of a fake image source: who publishes images there.</summary>
public sealed class FakeImageSourceSide
{
    private readonly FakeWorld _world;
    private readonly string _area;

    internal FakeImageSourceSide(FakeWorld world, string instance)
    {
        _world = world;
        _area = $"{nameof(IImageSource)}/{instance}/";
    }

    /// <summary>Publishes bytes under a name, or other ones than before.</summary>
    /// <returns>Where they are.</returns>
    public string Put(string name, byte[] bytes, string? validator = null, string scheme = "fake")
    {
        var location = $"{scheme}://images/{Uri.EscapeDataString(name)}";
        _world.Change(things =>
        {
            things.Put(KeyOf(location), new FakeImage { Bytes = bytes, Validator = validator });
            return 0;
        });
        return location;
    }

    /// <summary>Takes an image away.</summary>
    public void Remove(string location) => _world.Change(things => things.Remove(KeyOf(location)));

    internal FakeImage? Find(FakeThings things, string location) => things.Get<FakeImage>(KeyOf(location));

    private string KeyOf(string location) => ImageLocation.Parse(location) is var parts ? $"{_area}{Uri.EscapeDataString(parts.Host + parts.Path)}" : "";
}
