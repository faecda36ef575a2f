using CostSociety.Fabric;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>
/// Writes samples into the io region, padding rows as the layout asks. Where a step has several presentations, samples
/// wait on the host until theirs begins.
/// </summary>
internal sealed class Inputs
{
    private readonly Symbol[] _streams;
    private readonly Symbol _valid;
    private readonly float[] _mask;
    private readonly bool[] _filled;
    private readonly float[][] _waiting;
    private readonly int _stepSize;
    private int _validSamples = -1;

    /// <summary>Streams of a bitstream; samples that wait are taken over from the inputs before it.</summary>
    public Inputs(Synthesized synthesized, Inputs? before = null)
    {
        _streams = [.. synthesized.Circuit.Streams.Select(s => synthesized.Streams[s.Name])];
        _valid = synthesized.Valid;
        _mask = new float[synthesized.Circuit.Learning.Batch];
        _filled = new bool[_streams.Length];
        _stepSize = synthesized.Circuit.Learning.StepSize;
        _waiting = before?._waiting ?? (_stepSize == _mask.Length ? [] : [.. _streams.Select(s => new float[_stepSize * s.Cols])]);
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
        if (samples * symbol.Cols != values.Length || samples < 1 || samples > _stepSize)
            throw new ArgumentException(
                $"stream '{symbol.Name}' takes 1 to {_stepSize} samples of {symbol.Cols} values, got {values.Length} values", nameof(values));
        if (_waiting.Length > 0)
            values.CopyTo(_waiting[index]);
        else
            WriteRows(memory, index, values, samples);
        return samples;
    }

    /// <summary>Brings the samples of a presentation into the io region and marks them valid.</summary>
    public void Present(IFabricMemory memory, int first, int samples)
    {
        for (int i = 0; i < _waiting.Length; i++)
            WriteRows(memory, i, _waiting[i].AsSpan(first * _streams[i].Cols, samples * _streams[i].Cols), samples);
        WriteValid(memory, samples);
    }

    private void WriteRows(IFabricMemory memory, int index, ReadOnlySpan<float> values, int samples)
    {
        var symbol = _streams[index];
        int stride = symbol.Kind == SymbolKind.Column ? 1 : symbol.Stride;
        if (stride == symbol.Cols)
            memory.Write(Region.Io, symbol.Offset, values);
        else
            for (int row = 0; row < samples; row++)
                memory.Write(Region.Io, symbol.Offset + row * stride, values.Slice(row * symbol.Cols, symbol.Cols));
        if (!_filled[index])
            FillRest(memory, index, samples, stride, values[..symbol.Cols]);
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

    /// <summary>Others wrote to the io region meanwhile, so what stands there is not known any more.</summary>
    public void Forget()
    {
        Array.Clear(_filled);
        _validSamples = -1;
    }

    /// <summary>Takes a copy of the samples that wait.</summary>
    public void CopyWaiting(Inputs same)
    {
        for (int i = 0; i < _waiting.Length; i++)
            same._waiting[i].CopyTo(_waiting[i].AsSpan());
    }

    /// <summary>Marks the first samples valid.</summary>
    private void WriteValid(IFabricMemory memory, int samples)
    {
        if (samples == _validSamples)
            return;
        _mask.AsSpan(0, samples).Fill(1);
        _mask.AsSpan(samples).Clear();
        memory.Write(Region.Io, _valid.Offset, _mask);
        _validSamples = samples;
    }
}
