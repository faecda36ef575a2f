using CostSociety.Fabric;
using CostSociety.Fabric.Simd;

namespace CostSociety.Peers.Costs;

/// <summary>A bitstream of nothing but Evaluate that computes a cost and its gradient, on one thread.</summary>
internal sealed class CostProgram : IDisposable
{
    /// <summary>Units of an area; the elements are spread over its samples.</summary>
    public const int Units = 256;

    private readonly SimdExecutor _executor = new(1);
    private readonly ILoadedBitstream _loaded;
    private readonly RunState _run;
    private readonly Operand _gradient;
    private readonly Operand _value;

    /// <summary>Loads it; whoever made the bitstream writes the inputs.</summary>
    public CostProgram(Bitstream bitstream, Operand gradient, Operand value)
    {
        (_gradient, _value) = (gradient, value);
        _loaded = _executor.Load(bitstream);
        Memory = _executor.Allocate(bitstream.Sizes);
        _run = new RunState(bitstream.Registers);
        Array.Fill(_run.Registers, 1f);
    }

    /// <summary>Where inputs are written.</summary>
    public IFabricMemory Memory { get; }

    /// <summary>Sum over all elements.</summary>
    public float Value
    {
        get
        {
            float sum = 0;
            foreach (float part in Memory.View(_value.Region, _value.Offset, _value.Extent))
                sum += part;
            return sum;
        }
    }

    /// <summary>Gradient of each element.</summary>
    public ReadOnlySpan<float> Gradient => Memory.View(_gradient.Region, _gradient.Offset, _gradient.Rows * _gradient.Cols);

    /// <summary>Computes value and gradient.</summary>
    public void Run() => _executor.Run(_loaded, 0, Memory, _run);

    /// <inheritdoc/>
    public void Dispose()
    {
        _loaded.Dispose();
        Memory.Dispose();
        _executor.Dispose();
    }
}
