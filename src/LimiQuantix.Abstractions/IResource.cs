namespace LimiQuantix;

/// <summary>What every stored resource has.</summary>
public interface IResource
{
    /// <summary>The UUIDv7 that the engine chose.</summary>
    Guid Id { get; }

    /// <summary>The project that the resource belongs to; <c>default</c> unless the caller has another.</summary>
    string Project { get; }

    /// <summary>The name, unique within project and kind.</summary>
    string Name { get; }

    /// <summary>Grows with every stored change; for <see cref="Operations.OperationOptions.ExpectedVersion"/>.</summary>
    long Version { get; }
}
