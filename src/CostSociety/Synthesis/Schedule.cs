using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>What one Evaluate computes: the expression nodes of one domain that can run together.</summary>
/// <param name="Level">Everything it reads from memory was written at a lower level.</param>
/// <param name="Domain">Rows and columns it runs over.</param>
internal sealed record Kernel(int Level, Shape Domain)
{
    /// <summary>Nodes computed in registers, inputs first.</summary>
    public List<Node> Nodes { get; } = [];

    /// <summary>The value that register 0 carries on to the next sample of a Synapse; null for other kernels.</summary>
    public Node? Carried { get; init; }

    /// <summary>Values written to memory: a node and where it goes. A sum over rows or sites is written while it is made.</summary>
    public List<(Node Node, Symbol Target)> Stores { get; init; } = [];

    /// <summary>
    /// The same in two parts, for what does not fit into one program. What belongs together was made together, so it stays
    /// in one part; what both need is computed twice.
    /// </summary>
    public IEnumerable<Kernel> Halves()
    {
        var sorted = Stores.OrderBy(s => s.Node.Id).ToList();
        int middle = sorted.Count / 2;
        return [this with { Stores = sorted[..middle] }, this with { Stores = sorted[middle..] }];
    }
}

/// <summary>A projection, product, gather or rank at its level.</summary>
internal sealed record NetlistStep(int Level, Node Node);

/// <summary>
/// Groups the nodes of a graph into instructions. An expression node joins the kernel of its domain at the lowest level
/// where all it reads is ready; what another instruction needs is written to memory; cheap per-row values of leaves are
/// computed again wherever they are used ("floating").
/// </summary>
/// <param name="allocate">Makes the scratch symbol of a node that must be in memory.</param>
internal sealed class Schedule(Func<Node, Symbol> allocate)
{
    private const int CheapOperations = 4;

    /// <summary>Where a node is made and where it lies.</summary>
    private struct Placement
    {
        /// <summary>The kernel that computes it, or null.</summary>
        public Kernel? Home;

        /// <summary>Where its value lies in memory, or null.</summary>
        public Symbol? Memory;

        /// <summary>First level after the instruction that makes it; 0 when a kernel does.</summary>
        public int AfterStep;

        /// <summary>Operations that every kernel repeats for it; 0 when none does.</summary>
        public int Floating;

        public readonly bool IsPlaced => Home is not null || AfterStep > 0 || Floating > 0;
    }

    private readonly Dictionary<(int Level, Shape Domain), Kernel> _kernels = [];
    private readonly NodeMap<Placement> _placements = new();
    private readonly Dictionary<Node, Symbol> _targets = [];
    private readonly Dictionary<Node, Symbol> _rankIndices = [];

    /// <summary>Kernels, in order of creation.</summary>
    public List<Kernel> Kernels { get; } = [];

    /// <summary>Netlist operations, in order of creation.</summary>
    public List<NetlistStep> Steps { get; } = [];

    /// <summary>Where a node lies once it is in memory.</summary>
    public Symbol SymbolOf(Node node) => node.Kind == NodeKind.Memory ? (Symbol)node.Data! : Of(node).Memory!;

    /// <summary>Where a rank writes the column of what it found.</summary>
    public Symbol RankIndexOf(Node rank) => _rankIndices[rank];

    /// <summary>Where a kernel that did not make a node reads it; null for what every kernel computes for itself.</summary>
    public Symbol? ReadableMemory(Node node) => Of(node) is { Floating: 0, Memory: { } memory } ? memory : null;

    /// <summary>Asks that a node, once it is placed, be written to a symbol of the caller's.</summary>
    public void Aim(Node node, Symbol target) => _targets.TryAdd(node, target);

    /// <summary>Has the value of a node written to <paramref name="target"/>.</summary>
    public void StoreTo(Node node, Symbol target)
    {
        Aim(node, target);
        Materialize(node);
        if (Of(node).Memory != target)
            KernelAt(ReadyLevel(node, default), node.Shape).Stores.Add((node, target));
    }

    /// <summary>Places a node and all it needs, and has its value in memory.</summary>
    public void Materialize(Node node)
    {
        if (!IsPlaced(node))
            foreach (var each in GraphOrder.Of([node], IsPlaced))
                if (!IsPlaced(each))
                    Place(each);
        if (node.Kind == NodeKind.Memory || Of(node).Memory is not null)
            return;
        if (Of(node).Home is null)
            Settle(node);
        Store(Of(node).Home!, node);
    }

    private Placement Of(Node node) => _placements.GetValueOrDefault(node);

    private bool IsPlaced(Node node) => IsLeaf(node) || Of(node).IsPlaced;

    private void Place(Node node)
    {
        if (IsStep(node))
            PlaceStep(node);
        else if (node.Kind == NodeKind.RankIndex)
            PlaceRankIndex(node);
        else if (IsPosition(node))
            _placements.At(node).Floating = 1;
        else if (IsCheapPerRow(node))
            _placements.At(node).Floating = 1 + FloatingOperations(node);
        else
            PlaceExpression(node);
    }

    private void PlaceStep(Node node)
    {
        int level = 0;
        foreach (var input in node.Inputs)
        {
            if (input.IsHost && node.Kind == NodeKind.Rank)
                continue;
            Materialize(input);
            level = Math.Max(level, ReadyLevel(input, default));
        }
        ref var placement = ref _placements.At(node);
        (placement.AfterStep, placement.Memory) = (level + 1, allocate(node));
        if (node.Kind == NodeKind.Rank)
            _rankIndices[node] = allocate(node);
        Steps.Add(new NetlistStep(level, node));
    }

    /// <summary>The instruction of the rank writes it too.</summary>
    private void PlaceRankIndex(Node node)
    {
        ref var placement = ref _placements.At(node);
        (placement.AfterStep, placement.Memory) = (Of(node.Inputs[0]).AfterStep, RankIndexOf(node.Inputs[0]));
    }

    private void PlaceExpression(Node node)
    {
        var domain = DomainOf(node);
        int level = 0;
        foreach (var input in node.Inputs)
            level = Math.Max(level, ReadyLevel(input, domain));
        var kernel = KernelAt(level, domain);
        foreach (var input in node.Inputs)
            if (Of(input) is { Home: { } home, Memory: null } && home != kernel)
                Store(home, input);
        _placements.At(node).Home = kernel;
        if (IsSum(node))
            Store(kernel, node);
        else
            kernel.Nodes.Add(node);
    }

    /// <summary>Gives a floating or host value a kernel of its own.</summary>
    private void Settle(Node node)
    {
        var kernel = KernelAt(0, node.Shape);
        _placements.At(node).Home = kernel;
        kernel.Nodes.Add(node);
    }

    private void Store(Kernel kernel, Node node)
    {
        var target = _targets.TryGetValue(node, out var wished) ? wished : allocate(node);
        kernel.Stores.Add((node, target));
        _placements.At(node).Memory = target;
    }

    private Kernel KernelAt(int level, Shape domain)
    {
        if (_kernels.TryGetValue((level, domain), out var kernel))
            return kernel;
        kernel = new Kernel(level, domain);
        _kernels[(level, domain)] = kernel;
        Kernels.Add(kernel);
        return kernel;
    }

    /// <summary>The lowest level at which a kernel of the given domain can read a value.</summary>
    private int ReadyLevel(Node node, Shape domain)
    {
        var placement = Of(node);
        if (placement.AfterStep > 0)
            return placement.AfterStep;
        if (placement.Home is not { } home || placement is { Floating: > 0, Memory: null })
            return 0;
        return home.Domain == domain && !IsSum(node) ? home.Level : home.Level + 1;
    }

    /// <summary>A per-row value joins the domain whose rows it is made of; a signal has a domain of its own.</summary>
    private Shape DomainOf(Node node)
    {
        if (IsReduction(node))
            return Of(node.Inputs[0]).Home is { } source && !IsSum(node.Inputs[0]) ? source.Domain : node.Inputs[0].Shape;
        if (node.Shape.Cols > 1)
            return node.Shape;
        Kernel? best = null;
        foreach (var input in node.Inputs)
            if (Of(input).Home is { } home && !IsSum(input)
                && home.Domain.WithCols(1) == node.Shape && (best is null || home.Level > best.Level))
                best = home;
        return best?.Domain ?? node.Shape;
    }

    /// <summary>The number of a row or unit, which every kernel knows.</summary>
    private static bool IsPosition(Node node) => node is { Kind: NodeKind.Apply, Code: Opcode.UnitIndex or Opcode.RowIndex };

    private bool IsCheapPerRow(Node node) =>
        node is { Kind: NodeKind.Apply, Shape.Cols: 1, Inputs.Length: > 0 }
        && IsCheap(node.Code)
        && ReadsOnlyLeaves(node)
        && FloatingOperations(node) < CheapOperations;

    private bool ReadsOnlyLeaves(Node node)
    {
        foreach (var input in node.Inputs)
            if (!IsLeaf(input) && Of(input).Floating == 0)
                return false;
        return true;
    }

    private int FloatingOperations(Node node)
    {
        int operations = 0;
        foreach (var input in node.Inputs)
            operations += Of(input).Floating;
        return operations;
    }

    private static bool IsCheap(Opcode code) =>
        code is Opcode.Neg or Opcode.Abs or (>= Opcode.Floor and <= Opcode.Step) or (>= Opcode.Add and <= Opcode.Max)
            or (>= Opcode.Less and <= Opcode.Select) or Opcode.Spread;

    private static bool IsReduction(Node node) =>
        IsSum(node) || node.Kind is NodeKind.SumUnits or NodeKind.MaxUnits or NodeKind.ArgMaxUnits;

    /// <summary>Operations that are an instruction of their own.</summary>
    private static bool IsStep(Node node) => node.Kind
        is NodeKind.Project or NodeKind.ProjectBack or NodeKind.Gather or NodeKind.Contract or NodeKind.Rank;

    /// <summary>Host values and what is in memory from the start.</summary>
    internal static bool IsLeaf(Node node) => node.IsHost || node.Kind is NodeKind.Memory or NodeKind.Gradient;

    /// <summary>Sums that are made by storing: over sites, over rows.</summary>
    internal static bool IsSum(Node node) => node.Kind is NodeKind.SumSites or NodeKind.SumRows;
}
