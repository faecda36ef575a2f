using System.Runtime.Intrinsics;

namespace CostSociety.Fabric.Simd;

/// <summary>
/// The k-th largest of each row, by bisection over the bits of keys that are ordered as the values are: 32 counts, whatever
/// the values and k.
/// </summary>
internal sealed unsafe class RankWork : Work
{
    private const long ChunkCost = 50_000;

    private readonly int _units;
    private readonly int _rowsPerChunk;
    private int _k;

    public RankWork(Bitstream bitstream, Instruction instruction, NativeArena arena)
        : base(bitstream, instruction, arena)
    {
        _units = Own[0].Cols;
        TileFloats = Operand.Pad(_units);
        long cost = 40L * Operand.Pad(_units);
        _rowsPerChunk = (int)Math.Min(Own[0].Rows, (ChunkCost + cost - 1) / cost);
        Stages.Add(new Stage((Own[0].Rows + _rowsPerChunk - 1) / _rowsPerChunk, cost * Own[0].Rows));
    }

    public override void Prepare(RunContext context)
    {
        base.Prepare(context);
        float wanted = context.Registers[Instruction.Register];
        _k = wanted >= _units ? _units : wanted >= 1 ? (int)wanted : 1;
    }

    public override void Run(RunContext context, int stage, int chunk, int thread)
    {
        float* values = context.Threads[thread].Tile;
        int last = Math.Min(Own[0].Rows, (chunk + 1) * _rowsPerChunk);
        for (int row = chunk * _rowsPerChunk; row < last; row++)
        {
            Packing.Row(Views[0], row, 0, Operand.Pad(_units), values);
            MakeKeys((int*)values);
            int unit = Find((int*)values);
            *Views[1].Row(row) = *Views[0].At(row, unit);
            *Views[2].Row(row) = unit;
        }
    }

    // Integers in the order of the floats: both zeros are one, NaN is below everything, and so is what pads the row.
    private void MakeKeys(int* keys)
    {
        for (int i = 0; i < _units; i += 8)
        {
            var values = Vector256.Load((float*)keys + i) + Vector256<float>.Zero;
            var bits = values.AsInt32();
            var key = bits ^ ((bits >> 31) & Vector256.Create(int.MaxValue));
            Vector256.ConditionalSelect(Vector256.Equals(values, values).AsInt32(), key, Vector256.Create(int.MinValue)).Store(keys + i);
        }
        for (int i = _units; i < Operand.Pad(_units); i++)
            keys[i] = int.MinValue;
    }

    // The largest key that k keys reach is the k-th largest; of its equals, as many go before as larger ones leave open.
    private int Find(int* keys)
    {
        uint found = 0;
        for (uint bit = 1u << 31; bit != 0; bit >>= 1)
            if (CountAbove(keys, Signed(found | bit) - 1) >= _k)
                found |= bit;
        int key = Signed(found);
        int before = _k - 1 - CountAbove(keys, key);
        int unit = 0;
        while (keys[unit] != key || before-- > 0)
            unit++;
        return unit;
    }

    private static int Signed(uint key) => (int)(key ^ (1u << 31));

    private int CountAbove(int* keys, int key)
    {
        var bound = Vector256.Create(key);
        var sum = Vector256<int>.Zero;
        for (int i = 0; i < _units; i += 8)
            sum -= Vector256.GreaterThan(Vector256.Load(keys + i), bound);
        return Vector256.Sum(sum);
    }
}
