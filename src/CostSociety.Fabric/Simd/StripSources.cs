namespace CostSociety.Fabric.Simd;

/// <summary>Values that come from nowhere in memory: indices and noise.</summary>
internal static unsafe class StripSources
{
    public static void UnitIndex(in Strip s, in PlanOp op)
    {
        if (op.PerRow)
        {
            StripMemory.SetUniform(s, op.Destination, 0);
            return;
        }
        float* d = Claim(s, op);
        for (int i = 0; i < s.Rows; i++)
            for (int j = 0; j < s.Width; j++)
                d[(nint)i * s.Width + j] = s.Col + j;
    }

    public static void RowIndex(in Strip s, in PlanOp op)
    {
        if (s.Rows == 1)
        {
            StripMemory.SetUniform(s, op.Destination, s.Row);
            return;
        }
        float* d = Claim(s, op);
        for (int i = 0; i < s.Rows; i++)
            if (op.PerRow)
                d[i] = s.Row + i;
            else
                StripMemory.Fill(d + (nint)i * s.Width, s.Row + i, s.Width);
    }

    public static void Uniform(in Strip s, in PlanOp op) => Noise(s, op, normal: false);

    public static void Normal(in Strip s, in PlanOp op) => Noise(s, op, normal: true);

    // Noise is counted by logical element (row * columns + column), or by row.
    private static void Noise(in Strip s, in PlanOp op, bool normal)
    {
        var state = s.Context.State;
        ulong key = CounterRandom.Key(state.Seed, state.Replica, s.Plan.NoiseKeys[op.Index]);
        float* d = Claim(s, op);
        if (op.PerRow)
            NoiseLanes.Fill(d, key, (uint)s.Row, s.Rows, state.Step, s.NoiseCounter, normal);
        else
            for (int i = 0; i < s.Rows; i++)
            {
                uint first = (uint)(s.Row + i) * (uint)s.Plan.Cols + (uint)s.Col;
                NoiseLanes.Fill(
                    d + (nint)i * s.Width, key, first, s.Cols, state.Step, s.NoiseCounter, normal);
            }
    }

    private static float* Claim(in Strip s, in PlanOp op)
    {
        float* d = s.Buffer(op.Destination);
        s.Registers[op.Destination] = new RegisterSource { Pointer = d, Step = 8 };
        return d;
    }
}

/// <summary>Runs of a stream of noise.</summary>
internal static unsafe class NoiseLanes
{
    public static void Fill(float* d, ulong key, uint first, int count, long step, uint counter, bool normal)
    {
        for (int i = 0; i < count;)
        {
            uint index = first + (uint)i;
            var block = CounterRandom.Block(key, index >> 2, step, counter);
            for (uint word = index & 3; word < 4 && i < count; word++, i++)
                d[i] = normal ? Normal(block, word) : CounterRandom.Uniform(Word(block, word));
        }
    }

    private static uint Word((uint W0, uint W1, uint W2, uint W3) block, uint word) =>
        word switch { 0 => block.W0, 1 => block.W1, 2 => block.W2, _ => block.W3 };

    private static float Normal((uint W0, uint W1, uint W2, uint W3) block, uint word)
    {
        var pair = word < 2
            ? CounterRandom.NormalPair(block.W0, block.W1)
            : CounterRandom.NormalPair(block.W2, block.W3);
        return (float)((word & 1) == 0 ? pair.Cosine : pair.Sine);
    }
}
