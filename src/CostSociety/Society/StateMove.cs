using CostSociety.Fabric;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>
/// What moves when one layout follows another, planned before it is needed. Symbols that keep name and size keep their values, the rest of
/// the old layout falls asleep, and the rest of the new one wakes, or begins at 0. Within one memory only what changes its place is touched:
/// the layouts of one circuit begin with the same parameters.
/// </summary>
internal sealed class StateMove
{
    private static readonly float[] _zeros = new float[4096];

    private readonly List<Piece> _kept = [];
    private readonly Piece[] _shifted;
    private readonly float[] _staged;
    private readonly Sleeper[] _falling;
    private readonly (int Offset, int Length, string Name)[] _waking;

    public StateMove(Synthesized from, Synthesized to)
    {
        int same = SameStart(from.State, to.State);
        if (same > 0)
            _kept.Add(new Piece(Region.State, 0, 0, from.State[same - 1].Offset + from.State[same - 1].Size));
        var places = to.State.Skip(same).ToDictionary(s => (s.Name, s.Size));
        var falling = new List<Sleeper>();
        foreach (var symbol in from.State.Skip(same))
            if (places.Remove((symbol.Name, symbol.Size), out var place))
                _kept.Add(new Piece(Region.State, symbol.Offset, place.Offset, symbol.Size));
            else
                falling.Add(new Sleeper(symbol.Offset, SleepingName(symbol), Touched(symbol.Size)));
        foreach (var (name, stream) in from.Streams)
            _kept.Add(new Piece(Region.Io, stream.Offset, to.Streams[name].Offset, stream.Size));
        (_falling, _waking) = ([.. falling], [.. places.Values.Select(s => (s.Offset, s.Size, SleepingName(s)))]);
        _shifted = [.. _kept.Where(p => p.From != p.To)];
        _staged = Touched(_shifted.Sum(p => p.Length));
    }

    /// <summary>Whether nothing moves, so that exchanging references is all.</summary>
    public bool IsNothing => _shifted.Length + _falling.Length + _waking.Length == 0;

    /// <summary>Moves everything; <paramref name="from"/> may be the same memory as <paramref name="to"/>.</summary>
    public void Run(IFabricMemory from, IFabricMemory to, Dictionary<string, float[]> sleeping)
    {
        foreach (var sleeper in _falling)
            from.Read(Region.State, sleeper.Offset, sleeper.Values);
        if (from == to)
            Shift(to);
        else
            foreach (var piece in _kept)
                to.Write(piece.Region, piece.To, from.View(piece.Region, piece.From, piece.Length));
        foreach (var (offset, length, name) in _waking)
            Wake(to, offset, length, sleeping.Remove(name, out float[]? values) ? values : null);
        foreach (var sleeper in _falling)
            sleeping[sleeper.Name] = sleeper.Values;
    }

    /// <summary>The size is part of the name: what another cost keeps under one name in another size sleeps beside it.</summary>
    private static string SleepingName(Symbol symbol) => $"{symbol.Name}[{symbol.Size}]";

    /// <summary>How many symbols at the start have the same place in both.</summary>
    internal static int SameStart(IReadOnlyList<Symbol> a, IReadOnlyList<Symbol> b)
    {
        int same = 0;
        while (same < a.Count && same < b.Count && a[same].Name == b[same].Name && a[same].Offset == b[same].Offset && a[same].Size == b[same].Size)
            same++;
        return same;
    }

    /// <summary>Room whose pages are there already when it is needed.</summary>
    private static float[] Touched(int length)
    {
        var room = new float[length];
        room.AsSpan().Clear();
        return room;
    }

    /// <summary>By way of the staged copy, since the old place of one piece may be the new place of another.</summary>
    private void Shift(IFabricMemory memory)
    {
        int at = 0;
        foreach (var piece in _shifted)
            memory.Read(piece.Region, piece.From, _staged.AsSpan(at..(at += piece.Length)));
        at = 0;
        foreach (var piece in _shifted)
            memory.Write(piece.Region, piece.To, _staged.AsSpan(at..(at += piece.Length)));
    }

    private static void Wake(IFabricMemory memory, int offset, int length, float[]? values)
    {
        if (values is not null)
            memory.Write(Region.State, offset, values);
        else
            for (int i = 0; i < length; i += _zeros.Length)
                memory.Write(Region.State, offset + i, _zeros.AsSpan(0, Math.Min(_zeros.Length, length - i)));
    }

    private readonly record struct Piece(Region Region, int From, int To, int Length);

    /// <summary>State that falls asleep, and where its values go.</summary>
    private readonly record struct Sleeper(int Offset, string Name, float[] Values);
}
