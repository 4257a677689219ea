using System.Reflection;
using System.Reflection.Emit;
using LimiQuantix.Images;
using LimiQuantix.Plugins;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>Writes small plugin assemblies, so that no test needs a project of its own.</summary>
internal static class EmittedPlugin
{
    /// <summary>Writes classes that implement the plugin interface and register nothing.</summary>
    public static void WriteClasses(string folder, string assembly, params string[] classes) => WriteClasses(folder, assembly, true, classes);

    public static void WriteClasses(string folder, string assembly, bool publicConstructor, params string[] classes)
    {
        PersistedAssemblyBuilder builder = New(assembly, 1);
        ModuleBuilder module = builder.DefineDynamicModule(assembly);
        foreach (string name in classes)
        {
            TypeBuilder type = module.DefineType(name, TypeAttributes.Public | TypeAttributes.Sealed, typeof(object), [typeof(IPlugin)]);
            type.DefineDefaultConstructor(publicConstructor ? MethodAttributes.Public : MethodAttributes.Assembly);
            DefineRegister(type).Emit(OpCodes.Ret);
            type.CreateType();
        }

        builder.Save(Path.Combine(folder, assembly + ".dll"));
    }

    /// <summary>Writes a plugin that registers the kind which its private library names: <c>library-1</c>, <c>library-2</c>.</summary>
    public static void Write(string folder, string assembly, int libraryVersion)
    {
        MethodBuilder kind = WriteLibrary(folder, libraryVersion);
        PersistedAssemblyBuilder builder = New(assembly, 1);
        TypeBuilder type = builder.DefineDynamicModule(assembly)
            .DefineType(assembly + ".Plugin", TypeAttributes.Public | TypeAttributes.Sealed, typeof(object), [typeof(IPlugin)]);
        type.DefineDefaultConstructor(MethodAttributes.Public);
        Type open = typeof(Func<ProviderContext, object, CancellationToken, ValueTask<IImageSource>>);
        MethodBuilder opener = type.DefineMethod(
            "Open", MethodAttributes.Private | MethodAttributes.Static, typeof(ValueTask<IImageSource>), [typeof(ProviderContext), typeof(object), typeof(CancellationToken)]);
        ILGenerator body = opener.GetILGenerator();
        body.Emit(OpCodes.Ldnull);
        body.Emit(OpCodes.Throw);

        ILGenerator register = DefineRegister(type);
        register.Emit(OpCodes.Ldarg_1);
        register.Emit(OpCodes.Call, kind);
        register.Emit(OpCodes.Ldnull);
        register.Emit(OpCodes.Ldftn, opener);
        register.Emit(OpCodes.Newobj, open.GetConstructors()[0]);
        // Without validation, binder and a say in what is shared.
        register.Emit(OpCodes.Ldnull);
        register.Emit(OpCodes.Ldnull);
        register.Emit(OpCodes.Ldnull);
        register.Emit(OpCodes.Callvirt, typeof(IPluginRegistry).GetMethod(nameof(IPluginRegistry.Add))!.MakeGenericMethod(typeof(IImageSource), typeof(object)));
        register.Emit(OpCodes.Ret);
        type.CreateType();
        builder.Save(Path.Combine(folder, assembly + ".dll"));
    }

    private static MethodBuilder WriteLibrary(string folder, int version)
    {
        PersistedAssemblyBuilder builder = New("Private.Library", version);
        TypeBuilder type = builder.DefineDynamicModule("Private.Library").DefineType("Private.Library.Names", TypeAttributes.Public | TypeAttributes.Sealed);
        MethodBuilder kind = type.DefineMethod("Kind", MethodAttributes.Public | MethodAttributes.Static, typeof(string), []);
        ILGenerator body = kind.GetILGenerator();
        body.Emit(OpCodes.Ldstr, $"library-{version}");
        body.Emit(OpCodes.Ret);
        type.CreateType();
        builder.Save(Path.Combine(folder, "Private.Library.dll"));
        return kind;
    }

    private static PersistedAssemblyBuilder New(string name, int version) =>
        new(new AssemblyName(name) { Version = new Version(version, 0, 0, 0) }, typeof(object).Assembly);

    private static ILGenerator DefineRegister(TypeBuilder type) => type.DefineMethod(
        nameof(IPlugin.Register), MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.Final, typeof(void), [typeof(IPluginRegistry)]).GetILGenerator();
}
