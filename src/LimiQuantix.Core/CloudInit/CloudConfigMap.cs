using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LimiQuantix.Core.CloudInit;

/// <summary>
/// A YAML mapping. Every string is written in double quotes, the one style in which YAML can say any text, and in which neither
/// YAML 1.1 nor 1.2 takes it for a number, a date or a truth value.
/// </summary>
internal sealed class CloudConfigMap
{
    private readonly YamlMappingNode _node = [];

    public bool IsEmpty => _node.Children.Count == 0;

    public CloudConfigMap Set(string key, string value) => Add(key, Text(value));

    public CloudConfigMap Set(string key, bool value) => Add(key, new YamlScalarNode(value ? "true" : "false"));

    public CloudConfigMap Set(string key, int value) => Add(key, new YamlScalarNode(value.ToString(CultureInfo.InvariantCulture)));

    public CloudConfigMap Set(string key, CloudConfigMap value) => Add(key, value._node);

    public CloudConfigMap Set(string key, params IEnumerable<string> values) => Add(key, new YamlSequenceNode(values.Select(Text)));

    public CloudConfigMap Set(string key, params IEnumerable<CloudConfigMap> values) =>
        Add(key, new YamlSequenceNode(values.Select(value => value._node)));

    public string ToYaml()
    {
        using StringWriter writer = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        Emitter emitter = new(writer, new EmitterSettings(2, int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        new YamlStream(new YamlDocument(_node)).Save(emitter, assignAnchors: false);
        return writer.ToString();
    }

    private static YamlScalarNode Text(string value) => new(value) { Style = ScalarStyle.DoubleQuoted };

    private CloudConfigMap Add(string key, YamlNode value)
    {
        _node.Add(new YamlScalarNode(key), value);
        return this;
    }
}
