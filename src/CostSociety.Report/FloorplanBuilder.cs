using System.Globalization;
using System.Text.RegularExpressions;
using CostSociety.Circuits;
using CostSociety.Costs;

namespace CostSociety.Report;

/// <summary>Makes the plan of a circuit.</summary>
internal static class FloorplanBuilder
{
    private const string Basal = "basal";

    public static Floorplan Build(Circuit circuit)
    {
        var feedback = Feedback(circuit);
        var depths = Depths(circuit, feedback);
        return new Floorplan(
            circuit.Name,
            [.. circuit.Streams.Select(stream => Stream(circuit, stream))],
            [.. circuit.Areas.Select(area => Area(circuit, area, depths[area.Name]))],
            [.. circuit.Projections.Select(p => Projection(circuit, p, feedback.Contains(p.Name)))],
            [.. circuit.Costs.Development.Select(stage => stage.Name)]);
    }

    /// <summary>Text of a number of weights or units with thin groups of three.</summary>
    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u2009');

    private static FloorplanStream Stream(Circuit circuit, StreamSpec stream) => new(
        stream.Name, stream.Shape, stream.Source,
        [.. circuit.Areas.Where(area => area.Reads == stream.Name).Select(area => area.Name)],
        [.. circuit.Costs.Costs.Where(cost => Names(cost, stream.Name)).Select(cost => cost.Area)]);

    private static bool Names(CostSpec cost, string name) =>
        cost.Terms.Any(term => Regex.IsMatch(term.Text.Text, $@"(?<![\w.]){Regex.Escape(name)}(?![\w.])", RegexOptions.None, TimeSpan.FromSeconds(1)));

    private static FloorplanArea Area(Circuit circuit, AreaSpec area, int depth)
    {
        string activation = area.Reads is { } stream ? $"reads {stream}" : area.Activation ?? area.Dynamics?.Text ?? "linear";
        var terms = circuit.Costs.Costs.Where(cost => cost.Area == area.Name).SelectMany(cost => cost.Terms);
        bool learns = area.Reads is null;
        return new FloorplanArea(
            area.Name, area.Shape, activation, [.. terms.Select(term => term.Name)],
            [.. circuit.Costs.Development.Select(stage => learns && Learns(stage, area.Name))], depth);
    }

    private static FloorplanProjection Projection(Circuit circuit, ProjectionSpec p, bool feedback)
    {
        var stages = circuit.Costs.Development.Select(stage => p.Plastic && (Learns(stage, p.Name) || Learns(stage, p.To)));
        return new FloorplanProjection(
            p.Name, p.From, p.To, p.Compartment, Kind(p), WeightsOf(circuit, p), feedback,
            circuit.Costs.Development.Count > 0 ? [.. stages] : [p.Plastic]);
    }

    private static bool Learns(StageSpec stage, string name) =>
        stage.Plastic is null || stage.Plastic.Any(plastic => plastic.Name == name);

    private static string Kind(ProjectionSpec p)
    {
        string kind = p.Transpose is { } other ? $"transpose of {other}"
            : p.Share is { } shared ? $"weights of {shared}"
            : p.Pool is { } pool ? $"{pool.Size}×{pool.Size} {(pool.IsMax ? "max" : "mean")}"
            : p.OneToOne ? "one to one"
            : p.Patch is { } patch ? $"{patch.Size}×{patch.Size} {(patch.Shared ? "shared" : "local")}"
            : "dense";
        string delay = p.Delay == 0 ? "" : $", delay {p.Delay}{(p.AcrossSteps ? " steps" : "")}";
        return kind + delay;
    }

    private static long WeightsOf(Circuit circuit, ProjectionSpec p)
    {
        var from = circuit.Areas.First(area => area.Name == p.From);
        var to = circuit.Areas.First(area => area.Name == p.To);
        if (p.BankOf is not null || p.Pool is not null)
            return 0;
        if (p.OneToOne)
            return to.Units;
        if (p.Patch is not { } patch)
            return (long)from.Units * to.Units;
        long inputs = (long)patch.Size * patch.Size * (from.Shape.Count == 3 ? from.Shape[0] : 1);
        return inputs * (patch.Shared ? to.Shape[0] : to.Units);
    }

    // A projection is feedback when it ends in another compartment, is delayed, or would close a circle of the
    // others. An area that nothing else drives is placed by whatever reaches it.
    private static HashSet<string> Feedback(Circuit circuit)
    {
        var forward = new List<ProjectionSpec>();
        var feedback = new HashSet<string>(StringComparer.Ordinal);
        var driven = circuit.Areas.Where(a => a.Reads is not null).Select(a => a.Name).ToHashSet(StringComparer.Ordinal);
        driven.UnionWith(circuit.Projections.Where(IsPlain).Select(p => p.To));
        foreach (var p in circuit.Projections.OrderBy(p => IsPlain(p) ? 0 : 1))
            if ((IsPlain(p) || !driven.Contains(p.To)) && p.Delay == 0 && !Reaches(forward, p.To, p.From))
                forward.Add(p);
            else
                feedback.Add(p.Name);
        return feedback;
    }

    private static bool IsPlain(ProjectionSpec p) => p.Compartment == Basal && p.Delay == 0;

    private static bool Reaches(List<ProjectionSpec> forward, string from, string to)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { from };
        var waiting = new Queue<string>(reached);
        while (waiting.TryDequeue(out string? area))
            foreach (var p in forward.Where(p => p.From == area && reached.Add(p.To)))
                waiting.Enqueue(p.To);
        return reached.Contains(to);
    }

    private static Dictionary<string, int> Depths(Circuit circuit, HashSet<string> feedback)
    {
        var depths = circuit.Areas.ToDictionary(area => area.Name, _ => 0, StringComparer.Ordinal);
        ProjectionSpec[] forward = [.. circuit.Projections.Where(p => !feedback.Contains(p.Name))];
        for (bool moved = true; moved;)
        {
            moved = false;
            foreach (var p in forward.Where(p => depths[p.To] <= depths[p.From]))
                (depths[p.To], moved) = (depths[p.From] + 1, true);
        }
        return depths;
    }
}
