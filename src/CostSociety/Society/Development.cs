using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>Where a society stands in its development: the stage, since when, and how long its end has been true.</summary>
internal sealed class Development
{
    private readonly IReadOnlyList<BoundStage> _stages;
    private readonly bool[]?[] _plasticIn;

    public Development(IReadOnlyList<BoundStage> stages, Parameters parameters)
    {
        _stages = stages;
        _plasticIn = [.. stages.Select(s => s.Plastic is { } plastic ? parameters.All.Select(plastic.Contains).ToArray() : null)];
    }

    /// <summary>Index of the present stage.</summary>
    public int Index { get; private set; }

    /// <summary>Step at which it began.</summary>
    public long Since { get; private set; }

    /// <summary>Steps for which its end has been true without a break.</summary>
    public int Held { get; private set; }

    /// <summary>Name of the present stage, or an empty string.</summary>
    public string Name => _stages.Count == 0 ? "" : _stages[Index].Spec.Name;

    /// <summary>Whether a parameter learns now.</summary>
    public bool IsPlastic(int parameter) => _plasticIn.Length == 0 || _plasticIn[Index] is not { } plastic || plastic[parameter];

    /// <summary>Moves on when the present stage's condition has held long enough; a stage lasts at least to the next step, and no measure is known before the first.</summary>
    /// <returns>Whether a new stage began.</returns>
    public bool Advance(ReadOnlySpan<float> registers, long step)
    {
        if (step == 0 || _stages.Count == 0 || _stages[Index].Until < 0 || Index + 1 == _stages.Count)
            return false;
        Held = registers[_stages[Index].Until] != 0 ? Held + 1 : 0;
        if (Held == 0 || Held < _stages[Index].Duration)
            return false;
        Restore(Index + 1, step, 0);
        return true;
    }

    /// <summary>Takes a stage as it was saved.</summary>
    public void Restore(int index, long since, int held) => (Index, Since, Held) = (index, since, held);

    /// <summary>Goes on in the stage of the same name, else begins with the first.</summary>
    public void Inherit(Development old, long step)
    {
        for (int i = 0; i < _stages.Count; i++)
            if (_stages[i].Spec.Name == old.Name)
            {
                Restore(i, old.Since, old.Held);
                return;
            }
        Restore(0, _stages.Count == 0 && old.Name.Length == 0 ? old.Since : step, 0);
    }
}
