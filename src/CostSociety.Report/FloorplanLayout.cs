namespace CostSociety.Report;

/// <summary>A box of the drawing: an area or a stream.</summary>
internal sealed class Node(string name, int column, double width, double height)
{
    public string Name { get; } = name;

    public int Column { get; } = column;

    public double Width { get; } = width;

    public double Height { get; } = height;

    public FloorplanArea? Area { get; init; }

    public FloorplanStream? Stream { get; init; }

    public double X { get; set; }

    public double Y { get; set; }

    public double Middle => Y + Height / 2;

    public List<Port> Left { get; } = [];

    public List<Port> Right { get; } = [];
}

/// <summary>Where a wire meets the side of a box.</summary>
internal sealed class Port(Node node, Node other, bool feedback)
{
    public Node Other { get; } = other;

    public bool Feedback { get; } = feedback;

    public bool OnRight { get; init; }

    public double X => OnRight ? node.X + node.Width : node.X;

    public double Y { get; set; }
}

/// <summary>What joins two boxes.</summary>
internal sealed class Wire(Node from, Node to, FloorplanProjection? projection)
{
    public Node From { get; } = from;

    public Node To { get; } = to;

    public FloorplanProjection? Projection { get; } = projection;

    public bool Feedback => Projection?.Feedback ?? false;

    public required Port Start { get; init; }

    public required Port End { get; init; }

    /// <summary>Number of its lane above (forward) or below (feedback) the boxes; -1 for a wire within one gap.</summary>
    public int Lane { get; set; } = -1;
}

/// <summary>Places areas by depth from left to right, streams before them, and gives every wire its way.</summary>
internal sealed class FloorplanLayout
{
    public const double BoxWidth = 184;
    public const double TileStep = 10;
    public const double Pad = 12;
    public const double LaneStep = 30;
    private const double StreamWidth = 116;
    private const double StreamHeight = 42;
    private const double Gap = 134;
    private const double Between = 34;
    private const double Margin = 16;
    private const int MostTileRows = 6;

    private readonly Dictionary<string, Node> _areas = new(StringComparer.Ordinal);

    public FloorplanLayout(Floorplan plan)
    {
        Plan = plan;
        PlaceNodes();
        Connect();
        AssignLanes();
        Position();
        SpreadPorts();
    }

    public Floorplan Plan { get; }

    public List<Node> Nodes { get; } = [];

    public List<Wire> Wires { get; } = [];

    public double Width { get; private set; }

    public double Height { get; private set; }

    public double Top { get; private set; }

    public double Bottom { get; private set; }

    public static int TileColumns => (int)((BoxWidth - 2 * Pad) / TileStep);

    /// <summary>Tiles that one drawn square stands for.</summary>
    public static int TilesPerSquare(FloorplanArea area) =>
        Math.Max(1, (area.Tiles + TileColumns * MostTileRows - 1) / (TileColumns * MostTileRows));

    public static int Squares(FloorplanArea area) => (area.Tiles + TilesPerSquare(area) - 1) / TilesPerSquare(area);

    /// <summary>Height of the tiles of a box.</summary>
    public static double TilesHeight(FloorplanArea area) => (Squares(area) + TileColumns - 1) / TileColumns * TileStep;

    public double LaneY(Wire wire) => wire.Feedback ? Bottom + LaneStep * (wire.Lane + 1) : Top - LaneStep * (wire.Lane + 1);

    private static double HeightOf(FloorplanArea area) =>
        64 + TilesHeight(area) + (area.Terms.Count > 0 ? 22 : 0) + (area.PlasticIn.Count > 0 ? 20 : 0) + Pad;

    private void PlaceNodes()
    {
        int shift = Plan.Streams.Any(stream => stream.UsedBy.Count == 0 || stream.ReadBy.Count > 0) ? 1 : 0;
        foreach (var stream in Plan.Streams.Where(s => s.UsedBy.Count == 0 || s.ReadBy.Count > 0))
            Nodes.Add(new Node(stream.Name, 0, StreamWidth, StreamHeight) { Stream = stream });
        foreach (var area in Plan.Areas)
        {
            var node = new Node(area.Name, area.Depth + shift, BoxWidth, HeightOf(area)) { Area = area };
            Nodes.Add(node);
            _areas.Add(area.Name, node);
            foreach (var stream in Plan.Streams.Where(s => s.ReadBy.Count == 0 && s.UsedBy is [var first, ..] && first == area.Name))
                Nodes.Add(new Node(stream.Name, node.Column, StreamWidth, StreamHeight) { Stream = stream });
        }
    }

    private void Connect()
    {
        foreach (var node in Nodes.Where(node => node.Stream is not null && node.Stream.ReadBy.Count > 0))
            foreach (string area in node.Stream!.ReadBy)
                Add(node, _areas[area], null);
        foreach (var p in Plan.Projections)
            Add(_areas[p.From], _areas[p.To], p);
    }

    private void Add(Node from, Node to, FloorplanProjection? projection)
    {
        bool feedback = projection?.Feedback ?? false;
        bool startRight = !feedback || from.Column == to.Column;
        bool endRight = feedback || from.Column == to.Column;
        var start = new Port(from, to, feedback) { OnRight = startRight };
        var end = new Port(to, from, feedback) { OnRight = endRight };
        (startRight ? from.Right : from.Left).Add(start);
        (endRight ? to.Right : to.Left).Add(end);
        Wires.Add(new Wire(from, to, projection) { Start = start, End = end });
    }

    private void AssignLanes()
    {
        foreach (bool feedback in new[] { false, true })
        {
            int lane = 0;
            foreach (var wire in Wires.Where(w => w.Feedback == feedback && IsLong(w)).OrderBy(Span))
                wire.Lane = lane++;
        }
    }

    private static int Span(Wire wire) => Math.Abs(wire.To.Column - wire.From.Column);

    // A wire needs a lane when boxes stand between its ends, or when it runs against its kind.
    private static bool IsLong(Wire wire)
    {
        int columns = wire.To.Column - wire.From.Column;
        return columns != 0 && columns != (wire.Feedback ? -1 : 1);
    }

    private void Position()
    {
        Top = Margin + LaneStep * Wires.Count(w => w.Lane >= 0 && !w.Feedback);
        var columns = Nodes.GroupBy(node => node.Column).OrderBy(group => group.Key).ToList();
        double tallest = columns.Max(HeightOf);
        double x = Margin;
        foreach (var column in columns)
        {
            PlaceColumn(column, x, Top + (tallest - HeightOf(column)) / 2);
            x += column.Max(node => node.Width) + Gap;
        }
        bool loops = Wires.Exists(w => w.From.Column == w.To.Column && w.From.Column == columns[^1].Key);
        Width = x - Gap + Margin + (loops ? Gap * 0.7 : 0);
        Bottom = Top + tallest;
        Height = Bottom + LaneStep * Wires.Count(w => w.Lane >= 0 && w.Feedback) + Margin;
    }

    private static double HeightOf(IEnumerable<Node> column) => column.Sum(node => node.Height + Between) - Between;

    private static void PlaceColumn(IEnumerable<Node> column, double x, double y)
    {
        foreach (var node in column)
        {
            (node.X, node.Y) = (x, y);
            y += node.Height + Between;
        }
    }

    private void SpreadPorts()
    {
        foreach (var node in Nodes)
            foreach (var side in new[] { node.Left, node.Right })
            {
                var ordered = side.OrderBy(port => port.Feedback).ThenBy(port => port.Other.Middle).ToList();
                for (int i = 0; i < ordered.Count; i++)
                    ordered[i].Y = node.Y + node.Height * (i + 1) / (ordered.Count + 1);
            }
    }
}
