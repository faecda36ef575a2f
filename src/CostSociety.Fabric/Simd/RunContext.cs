namespace CostSociety.Fabric.Simd;

/// <summary>What one run sees: memory, registers, counters and the scratch of each thread.</summary>
internal sealed unsafe class RunContext
{
    public RunContext(int counters, ThreadScratch[] threads)
    {
        Counters = new long[Math.Max(1, counters)];
        Threads = threads;
    }

    public long[] Counters { get; }

    public ThreadScratch[] Threads { get; }

    public RunState State { get; private set; } = null!;

    public float[] Registers { get; private set; } = [];

    /// <summary>The enclosing loop counters as one word of the noise key.</summary>
    public uint NoiseCounter { get; set; }

    private float* _stateStart;
    private float* _scratchStart;
    private float* _ioStart;

    public void Begin(SimdMemory memory, RunState state)
    {
        _stateStart = memory.Pointer(Region.State);
        _scratchStart = memory.Pointer(Region.Scratch);
        _ioStart = memory.Pointer(Region.Io);
        State = state;
        Registers = state.Registers;
        NoiseCounter = 0;
        Array.Clear(Counters);
        Counters[0] = state.Step;
    }

    /// <summary>The slot of an operand for a value of its counter.</summary>
    public float* Base(in Operand operand, long counter) => Start(operand.Region) + operand.Base(counter);

    private float* Start(Region region) =>
        region == Region.State ? _stateStart : region == Region.Scratch ? _scratchStart : _ioStart;

    /// <summary>The slot of an operand for the present counters.</summary>
    public float* Base(in Operand operand) =>
        operand.Slots == 1 ? Start(operand.Region) + operand.Offset : Base(operand, Counters[operand.Counter]);
}

/// <summary>Buffers of one thread: the registers of programs, and tiles on their way between kernels.</summary>
internal sealed unsafe class ThreadScratch(NativeArena arena, long registerFloats, long tileFloats)
{
    public float* Registers { get; } = arena.TakeFloats(registerFloats);

    /// <summary>Eight equal floats a register, for values that are the same in the whole strip.</summary>
    public float* Uniforms { get; } = arena.TakeFloats(FabricProgram.MaxRegisters * 8);

    public float* Tile { get; } = arena.TakeFloats(tileFloats);

    public RegisterSource* Sources { get; } = (RegisterSource*)arena.Take(FabricProgram.MaxRegisters * sizeof(RegisterSource));
}

/// <summary>Where the value of a register stands, and by how much to move on for the next eight lanes: 8, or 0.</summary>
internal unsafe struct RegisterSource
{
    public float* Pointer;
    public nint Step;
}
