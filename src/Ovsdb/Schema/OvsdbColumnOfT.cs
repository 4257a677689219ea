namespace Ovsdb;

/// <summary>A column whose values are known to be of a .NET type.</summary>
/// <typeparam name="T">As <see cref="OvsdbColumnType"/> says.</typeparam>
public sealed class OvsdbColumn<T> : OvsdbColumn
{
    /// <summary>A column of a type.</summary>
    public OvsdbColumn(string name, OvsdbColumnType type)
        : base(name, type)
    {
    }

    /// <summary>The rows in which it has this value.</summary>
    public OvsdbCondition EqualTo(T value) => Where("==", value);

    /// <summary>The rows in which it has another value.</summary>
    public OvsdbCondition NotEqualTo(T value) => Where("!=", value);
}
