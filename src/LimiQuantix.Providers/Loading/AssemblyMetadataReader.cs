using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using LimiQuantix.Plugins;

namespace LimiQuantix.Providers.Loading;

/// <summary>
/// Reads an assembly's metadata (ECMA-335 partition II) without loading it. The file is foreign: whatever is wrong with it is a
/// <see cref="BadImageFormatException"/>.
/// </summary>
internal sealed class AssemblyMetadataReader
{
    private const int MaxBaseTypes = 100;

    private static readonly string ContractAssembly = typeof(IPlugin).Assembly.GetName().Name!;

    private readonly MetadataReader _reader;

    private AssemblyMetadataReader(MetadataReader reader) => _reader = reader;

    /// <summary>Reads an assembly, or gives null when the file holds no managed code.</summary>
    /// <exception cref="BadImageFormatException">The file is damaged, or no library at all.</exception>
    public static AssemblyFacts? Read(Stream stream)
    {
        try
        {
            using PEReader image = new(stream, PEStreamOptions.LeaveOpen);
            return image.HasMetadata ? new AssemblyMetadataReader(image.GetMetadataReader()).Read() : null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or OverflowException or IndexOutOfRangeException or InvalidCastException)
        {
            throw new BadImageFormatException("The metadata is damaged.", e);
        }
    }

    private AssemblyFacts Read() => new()
    {
        References = [.. _reader.AssemblyReferences.Select(_reader.GetAssemblyReference)
            .Select(r => new AssemblyReferenceFact { Name = _reader.GetString(r.Name), Version = r.Version })],
        PluginClasses = [.. _reader.TypeDefinitions.Select(_reader.GetTypeDefinition).Where(IsPluginClass)
            .Select(t => new PluginClassFact { FullName = FullName(t.Namespace, t.Name), HasParameterlessConstructor = HasParameterlessConstructor(t) })],
        ContractUses = [.. ContractTypes().Concat(ContractMembers())],
    };

    private static bool IsPublicClass(TypeDefinition type) =>
        (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public
        && (type.Attributes & (TypeAttributes.Abstract | TypeAttributes.Interface)) == 0
        && type.GetGenericParameters().Count == 0;

    private bool IsPluginClass(TypeDefinition type)
    {
        if (!IsPublicClass(type))
            return false;
        // The interface may stand on a base class of the same assembly.
        TypeDefinition current = type;
        for (int depth = 0; depth < MaxBaseTypes; depth++)
        {
            if (current.GetInterfaceImplementations().Any(i => IsPluginInterface(_reader.GetInterfaceImplementation(i).Interface)))
                return true;
            if (current.BaseType.IsNil || current.BaseType.Kind != HandleKind.TypeDefinition)
                return false;
            current = _reader.GetTypeDefinition((TypeDefinitionHandle)current.BaseType);
        }

        return false;
    }

    private bool IsPluginInterface(EntityHandle handle) =>
        handle.Kind == HandleKind.TypeReference && ContractName((TypeReferenceHandle)handle) == typeof(IPlugin).FullName;

    private bool HasParameterlessConstructor(TypeDefinition type) => type.GetMethods().Select(_reader.GetMethodDefinition).Any(method =>
        _reader.StringComparer.Equals(method.Name, ".ctor")
        && (method.Attributes & MethodAttributes.MemberAccessMask) == MethodAttributes.Public
        && ParameterCount(method) == 0);

    private int ParameterCount(MethodDefinition method)
    {
        // Partition II §23.2.1: the calling convention, then the number of parameters.
        BlobReader signature = _reader.GetBlobReader(method.Signature);
        signature.ReadSignatureHeader();
        return signature.ReadCompressedInteger();
    }

    private IEnumerable<string> ContractTypes() => _reader.TypeReferences.Select(ContractName).OfType<string>();

    private IEnumerable<string> ContractMembers()
    {
        foreach (MemberReferenceHandle handle in _reader.MemberReferences)
        {
            MemberReference member = _reader.GetMemberReference(handle);
            if (member.Parent.Kind == HandleKind.TypeReference && ContractName((TypeReferenceHandle)member.Parent) is { } type)
                yield return $"{type}::{_reader.GetString(member.Name)}";
        }
    }

    /// <summary>The full name of a referenced type of the contract; null when it is of another assembly, or nested.</summary>
    private string? ContractName(TypeReferenceHandle handle)
    {
        TypeReference type = _reader.GetTypeReference(handle);
        if (type.ResolutionScope.Kind != HandleKind.AssemblyReference)
            return null;
        AssemblyReference assembly = _reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope);
        return _reader.StringComparer.Equals(assembly.Name, ContractAssembly) ? FullName(type.Namespace, type.Name) : null;
    }

    private string FullName(StringHandle @namespace, StringHandle name) =>
        @namespace.IsNil ? _reader.GetString(name) : $"{_reader.GetString(@namespace)}.{_reader.GetString(name)}";
}
