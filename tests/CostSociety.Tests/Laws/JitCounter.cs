using System.Diagnostics.Tracing;
using System.Globalization;
using System.Reflection.Emit;

namespace CostSociety.Tests.Laws;

/// <summary>
/// Hears which methods the runtime compiles. A method counts once, however often it is compiled again at another tier;
/// instantiations of a generic method over different value types are different methods.
/// </summary>
internal sealed class JitCounter : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords Jit = (EventKeywords)0x10;
    private const string Fabric = "CostSociety.Fabric";

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, string> _methods = [];
    private readonly HashSet<string> _marks = [];
    private int _mark;

    /// <summary>Methods of the fabric compiled so far, in the order of their first compilation.</summary>
    public string[] Methods()
    {
        WaitForEverythingBefore();
        lock (_gate)
            return [.. _methods.Values];
    }

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
            EnableEvents(eventSource, EventLevel.Verbose, Jit);
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) != true)
            return;
        string space = Text(eventData, "MethodNamespace"), name = Text(eventData, "MethodName");
        lock (_gate)
            if (space.StartsWith(Fabric, StringComparison.Ordinal))
                _methods.TryAdd(Convert.ToUInt64(Value(eventData, "MethodID"), CultureInfo.InvariantCulture), $"{space}.{name} {Text(eventData, "MethodSignature")}");
            else if (name.StartsWith(nameof(JitCounter), StringComparison.Ordinal))
                _marks.Add(name);
    }

    private static object? Value(EventWrittenEventArgs data, string name) => data.Payload![data.PayloadNames!.IndexOf(name)];

    private static string Text(EventWrittenEventArgs data, string name) => Value(data, name)?.ToString() ?? "";

    /// <summary>Events come late, but in order: compiles a method of its own and waits until it is heard.</summary>
    private void WaitForEverythingBefore()
    {
        string name = $"{nameof(JitCounter)}{++_mark}";
        var method = new DynamicMethod(name, typeof(int), []);
        var body = method.GetILGenerator();
        body.Emit(OpCodes.Ldc_I4, _mark);
        body.Emit(OpCodes.Ret);
        Assert.Equal(_mark, method.CreateDelegate<Func<int>>()());
        Assert.True(SpinWait.SpinUntil(() => IsHeard(name), TimeSpan.FromSeconds(30)), "the runtime does not tell what it compiles");
    }

    private bool IsHeard(string name)
    {
        lock (_gate)
            return _marks.Contains(name);
    }
}
