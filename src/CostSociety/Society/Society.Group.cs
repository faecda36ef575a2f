using CostSociety.Fabric;

namespace CostSociety;

/// <content>Steps that several replicas make in one run of the fabric; see <see cref="ReplicaGroup"/>.</content>
public sealed partial class Society
{
    /// <summary>Whether a step of the other with so many samples is the same run of the fabric as a step of this one.</summary>
    internal bool StepsLike(Society other, int samples) =>
        !_ownsLoaded && !_isInNewMemory && samples >= 1 && samples <= BatchSize && StepSize == BatchSize
        && Age == other.Age && Clock == other.Clock && Epoch == other.Epoch && Samples == other.Samples && SwapStep == other.SwapStep
        && _updates.AsSpan().SequenceEqual(other._updates);

    /// <summary>Begins a step whose run others make.</summary>
    internal void BeginShared(int samples)
    {
        Begin(samples);
        _regime.Inputs.Present(_memory, 0, samples);
    }

    /// <summary>What the fabric is told of a step, the same for all replicas that step alike.</summary>
    internal void FillShared(RunState run, int samples)
    {
        _regime.Host.Fill(_regime.Synthesized.Registers, run.Registers, this, _regime.Development, samples);
        run.Step = Clock;
    }

    /// <summary>Takes the records of a run in, and ends the step.</summary>
    internal void EndShared(int samples)
    {
        EndPresentation(samples);
        EndStep(samples);
    }
}
