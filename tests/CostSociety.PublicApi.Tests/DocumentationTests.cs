using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using CostSociety.Fabric;

namespace CostSociety.PublicApi.Tests;

/// <summary>Every public type and member of the two libraries that a program embeds says what it is.</summary>
public sealed class DocumentationTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static TheoryData<string> Assemblies => ["CostSociety", "CostSociety.Fabric"];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void PublicMembers_AllHaveASummary(string name)
    {
        var assembly = name == "CostSociety" ? typeof(Society).Assembly : typeof(Bitstream).Assembly;
        var documented = Documented(assembly);

        string[] ids = [.. assembly.GetExportedTypes().SelectMany(Ids)];

        Assert.InRange(ids.Length, 100, int.MaxValue);
        Assert.Equal("", string.Join("\n", ids.Where(id => !documented.Contains(id))));
    }

    [Fact]
    public void Opcodes_AllHaveAMeaning() =>
        Assert.Equal(Enum.GetValues<Opcode>(), Semantics.Opcodes.Where(row => row.Meaning.Length > 0).Select(row => row.Code));

    private static HashSet<string> Documented(Assembly assembly) =>
    [
        .. XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .Where(m => m.Element("inheritdoc") is not null || m.Element("summary")?.Value.Trim().Length > 0).Select(m => m.Attribute("name")!.Value),
    ];

    private static IEnumerable<string> Ids(Type type)
    {
        yield return "T:" + NameOf(type);
        // The semantics table says what each opcode means.
        if (type.BaseType == typeof(MulticastDelegate) || type == typeof(Opcode))
            yield break;
        foreach (var member in type.GetMembers(Own).Where(m => !IsGenerated(type, m)))
            yield return member switch
            {
                FieldInfo field => $"F:{NameOf(type)}.{field.Name}",
                PropertyInfo property => $"P:{NameOf(type)}.{property.Name}{Parameters(property.GetIndexParameters())}",
                EventInfo happening => $"E:{NameOf(type)}.{happening.Name}",
                MethodBase method => $"M:{NameOf(type)}.{MethodName(method)}{Parameters(method.GetParameters())}{Conversion(method)}",
                _ => "T:" + NameOf((Type)member),
            };
    }

    /// <summary>What the compiler adds, what overrides something documented, and what a record's parameters declare.</summary>
    private static bool IsGenerated(Type type, MemberInfo member) => member switch
    {
        FieldInfo field => field.IsSpecialName,
        PropertyInfo property => IsRecord(type) && type.GetConstructors().Any(c => c.GetParameters().Any(p => p.Name == property.Name)),
        ConstructorInfo constructor => constructor.GetParameters().Length == 0,
        MethodInfo method => method.IsDefined(typeof(CompilerGeneratedAttribute)) || method.GetBaseDefinition().DeclaringType != type
            || (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal)),
        _ => false,
    };

    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null;

    private static string MethodName(MethodBase method) =>
        method.IsConstructor ? "#ctor" : method.Name + (method.IsGenericMethod ? "``" + method.GetGenericArguments().Length : "");

    private static string Parameters(ParameterInfo[] parameters) =>
        parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(p => NameOf(p.ParameterType)))})";

    private static string Conversion(MethodBase method) =>
        method is MethodInfo { Name: "op_Implicit" or "op_Explicit" } conversion ? "~" + NameOf(conversion.ReturnType) : "";

    private static string NameOf(Type type)
    {
        if (type.IsByRef)
            return NameOf(type.GetElementType()!) + "@";
        if (type.IsArray)
            return NameOf(type.GetElementType()!) + (type.GetArrayRank() == 1 ? "[]" : $"[{string.Join(',', Enumerable.Repeat("0:", type.GetArrayRank()))}]");
        if (type.IsGenericParameter)
            return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        string name = (type.IsNested ? NameOf(type.DeclaringType!) : type.Namespace) + "." + type.Name;
        if (!type.IsConstructedGenericType)
            return name;
        return $"{name[..name.IndexOf('`')]}{{{string.Join(',', type.GetGenericArguments().Select(NameOf))}}}";
    }
}
