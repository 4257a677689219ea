using System.Text;

namespace Ovsdb.Generator;

/// <summary>From a schema's names to C#'s.</summary>
internal static class Names
{
    /// <summary>What a row class has already.</summary>
    private static readonly string[] Taken = ["Table", "Columns", "Definition", "Uuid", "Get", "Set", "Has", "Values", "Own", "Fill", "Unset", "Equals", "ToString", "GetType"];

    /// <summary>Logical_Switch and external_ids become LogicalSwitch and ExternalIds; ACL becomes Acl.</summary>
    public static string Pascal(string name)
    {
        var result = new StringBuilder();
        foreach (string part in name.Split(['_', '-', '.'], StringSplitOptions.RemoveEmptyEntries))
        {
            bool shouted = part.Length > 1 && !part.Any(char.IsAsciiLetterLower);
            result.Append(char.ToUpperInvariant(part[0])).Append(shouted ? part[1..].ToLowerInvariant() : part[1..]);
        }

        string text = result.ToString();
        return char.IsAsciiDigit(text[0]) ? "Value" + text : text;
    }

    /// <summary>A column's property.</summary>
    public static string Property(string column, string className)
    {
        string name = Pascal(column);
        return name == className || Taken.Contains(name) ? name + "Column" : name;
    }
}
