using CostSociety.Fabric;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>Writes samples into the io region, padding rows as the layout asks.</summary>
internal sealed class Inputs
{
    private readonly Symbol[] _streams;
    private readonly Symbol _valid;
    private readonly float[] _mask;
    private readonly bool[] _filled;
    private int _validSamples = -1;

    public Inputs(Synthesized synthesized)
    {
        _streams = [.. synthesized.Circuit.Streams.Select(s => synthesized.Streams[s.Name])];
        _valid = synthesized.Valid;
        _mask = new float[synthesized.Circuit.Learning.Batch];
        _filled = new bool[_streams.Length];
    }

    /// <summary>Writes a stream by name; gives the number of samples.</summary>
    public int Write(IFabricMemory memory, string stream, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < _streams.Length; i++)
            if (_streams[i].Name == stream)
                return Write(memory, i, values);
        throw new ArgumentException(
            $"the circuit has no stream '{stream}'; it has {string.Join(", ", _streams.Select(s => s.Name))}", nameof(stream));
    }

    /// <summary>Writes a stream by its place in the file; gives the number of samples.</summary>
    public int Write(IFabricMemory memory, int index, ReadOnlySpan<float> values)
    {
        var symbol = _streams[index];
        int samples = values.Length / symbol.Cols;
        if (samples * symbol.Cols != values.Length || samples < 1 || samples > _mask.Length)
            throw new ArgumentException(
                $"stream '{symbol.Name}' takes 1 to {_mask.Length} samples of {symbol.Cols} values, got {values.Length} values", nameof(values));
        int stride = symbol.Kind == SymbolKind.Column ? 1 : symbol.Stride;
        if (stride == symbol.Cols)
            memory.Write(Region.Io, symbol.Offset, values);
        else
            for (int row = 0; row < samples; row++)
                memory.Write(Region.Io, symbol.Offset + row * stride, values.Slice(row * symbol.Cols, symbol.Cols));
        if (!_filled[index])
            FillRest(memory, index, samples, stride, values[..symbol.Cols]);
        return samples;
    }

    /// <summary>
    /// Rows that no sample has filled yet repeat the first one: they are not valid, but 0 would be a division or
    /// logarithm of 0 to some costs, and not even a mask takes NaN out of a sum.
    /// </summary>
    private void FillRest(IFabricMemory memory, int index, int samples, int stride, ReadOnlySpan<float> first)
    {
        for (int row = samples; row < _mask.Length; row++)
            memory.Write(Region.Io, _streams[index].Offset + row * stride, first);
        _filled[index] = true;
    }

    /// <summary>Marks the first samples valid.</summary>
    public void WriteValid(IFabricMemory memory, int samples)
    {
        if (samples == _validSamples)
            return;
        _mask.AsSpan(0, samples).Fill(1);
        _mask.AsSpan(samples).Clear();
        memory.Write(Region.Io, _valid.Offset, _mask);
        _validSamples = samples;
    }
}
