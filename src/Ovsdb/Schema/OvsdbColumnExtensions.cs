namespace Ovsdb;

/// <summary>Conditions and mutations of typed columns (RFC 7047 section 5.1).</summary>
public static class OvsdbColumnExtensions
{
    /// <summary>The rows whose set holds all these elements.</summary>
    public static OvsdbCondition Includes<T>(this OvsdbColumn<OvsdbSet<T>> column, params IEnumerable<T> elements)
        where T : notnull => Of(column).Where("includes", OvsdbSet.Create(elements));

    /// <summary>The rows whose set holds none of these elements.</summary>
    public static OvsdbCondition Excludes<T>(this OvsdbColumn<OvsdbSet<T>> column, params IEnumerable<T> elements)
        where T : notnull => Of(column).Where("excludes", OvsdbSet.Create(elements));

    /// <summary>The rows whose map holds this pair.</summary>
    public static OvsdbCondition Includes<TKey, TValue>(this OvsdbColumn<OvsdbMap<TKey, TValue>> column, TKey key, TValue value)
        where TKey : notnull
        where TValue : notnull => Of(column).Where("includes", OvsdbMap.Create(new KeyValuePair<TKey, TValue>(key, value)));

    /// <summary>The rows whose map does not hold this pair.</summary>
    public static OvsdbCondition Excludes<TKey, TValue>(this OvsdbColumn<OvsdbMap<TKey, TValue>> column, TKey key, TValue value)
        where TKey : notnull
        where TValue : notnull => Of(column).Where("excludes", OvsdbMap.Create(new KeyValuePair<TKey, TValue>(key, value)));

    /// <summary>The rows whose number is less.</summary>
    public static OvsdbCondition LessThan(this OvsdbColumn<long> column, long value) => Of(column).Where("<", value);

    /// <summary>The rows whose number is greater.</summary>
    public static OvsdbCondition GreaterThan(this OvsdbColumn<long> column, long value) => Of(column).Where(">", value);

    /// <summary>The rows whose number is less.</summary>
    public static OvsdbCondition LessThan(this OvsdbColumn<double> column, double value) => Of(column).Where("<", value);

    /// <summary>The rows whose number is greater.</summary>
    public static OvsdbCondition GreaterThan(this OvsdbColumn<double> column, double value) => Of(column).Where(">", value);

    /// <summary>Adds these elements; those that are there already stay.</summary>
    public static OvsdbMutation Insert<T>(this OvsdbColumn<OvsdbSet<T>> column, params IEnumerable<T> elements)
        where T : notnull => Of(column).Change("insert", OvsdbSet.Create(elements));

    /// <summary>Takes these elements out; those that are not there are no error.</summary>
    public static OvsdbMutation Delete<T>(this OvsdbColumn<OvsdbSet<T>> column, params IEnumerable<T> elements)
        where T : notnull => Of(column).Change("delete", OvsdbSet.Create(elements));

    /// <summary>Adds a pair, unless its key is there already: delete the key first to set another value.</summary>
    public static OvsdbMutation Insert<TKey, TValue>(this OvsdbColumn<OvsdbMap<TKey, TValue>> column, TKey key, TValue value)
        where TKey : notnull
        where TValue : notnull => Of(column).Change("insert", OvsdbMap.Create(new KeyValuePair<TKey, TValue>(key, value)));

    /// <summary>Adds pairs whose keys are not there already.</summary>
    public static OvsdbMutation Insert<TKey, TValue>(this OvsdbColumn<OvsdbMap<TKey, TValue>> column, OvsdbMap<TKey, TValue> pairs)
        where TKey : notnull
        where TValue : notnull => Of(column).Change("insert", pairs);

    /// <summary>Takes these keys out with their values.</summary>
    public static OvsdbMutation Delete<TKey, TValue>(this OvsdbColumn<OvsdbMap<TKey, TValue>> column, params IEnumerable<TKey> keys)
        where TKey : notnull
        where TValue : notnull => Of(column).Change("delete", OvsdbSet.Create(keys));

    /// <summary>Adds to the number; a negative one subtracts.</summary>
    public static OvsdbMutation Add(this OvsdbColumn<long> column, long value) => Of(column).Change("+=", value);

    /// <summary>Adds to the number; a negative one subtracts.</summary>
    public static OvsdbMutation Add(this OvsdbColumn<double> column, double value) => Of(column).Change("+=", value);

    private static OvsdbColumn Of(OvsdbColumn? column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return column;
    }
}
