namespace CostSociety.Fabric.Simd;

/// <summary>The three regions in host memory, each on its own cache lines.</summary>
internal sealed unsafe class SimdMemory : IFabricMemory
{
    // Kernels load whole vectors and whole blocks of bank rows; what they read past the end is never used.
    private const int Slack = 256;

    private readonly NativeBuffer[] _regions;
    private readonly long[] _starts = [0, 0, 0];
    private readonly bool _ownsState;
    private readonly bool _ownsOthers = true;

    public SimdMemory(MemorySizes sizes)
        : this(sizes, NativeBuffer.OfFloats((long)sizes.State + Slack)) => _ownsState = true;

    private SimdMemory(MemorySizes sizes, NativeBuffer state, long stateStart = 0)
    {
        (Sizes, _starts[(int)Region.State]) = (sizes, stateStart);
        _regions = [state, NativeBuffer.OfFloats((long)sizes.Scratch + Slack), NativeBuffer.OfFloats((long)sizes.Io + Slack)];
    }

    private SimdMemory(SimdMemory whole, MemorySizes sizes, int index)
    {
        (Sizes, _regions, _ownsOthers) = (sizes, whole._regions, false);
        _starts =
        [
            whole._starts[0] + (long)index * sizes.State, whole._starts[1] + (long)index * sizes.Scratch, whole._starts[2] + (long)index * sizes.Io,
        ];
    }

    public MemorySizes Sizes { get; }

    public float* Pointer(Region region)
    {
        var buffer = _regions[(int)region];
        ObjectDisposedException.ThrowIf(buffer.IsClosed, this);
        return buffer.Floats + _starts[(int)region];
    }

    public void Write(Region region, int offset, ReadOnlySpan<float> source) =>
        source.CopyTo(Span(region, offset, source.Length));

    public void Read(Region region, int offset, Span<float> destination) =>
        Span(region, offset, destination.Length).CopyTo(destination);

    public ReadOnlySpan<float> View(Region region, int offset, int length) => Span(region, offset, length);

    public IFabricMemory ShareState(int scratch, int io) => new SimdMemory(new MemorySizes(Sizes.State, scratch, io), _regions[(int)Region.State], _starts[(int)Region.State]);

    public IFabricMemory Part(MemorySizes sizes, int index)
    {
        bool fits = index >= 0 && (index + 1L) * sizes.State <= Sizes.State && (index + 1L) * sizes.Scratch <= Sizes.Scratch && (index + 1L) * sizes.Io <= Sizes.Io;
        return fits ? new SimdMemory(this, sizes, index) : throw new ArgumentOutOfRangeException(nameof(index), index, $"{Sizes} has no such part of {sizes}");
    }

    public void Dispose()
    {
        if (_ownsState)
            _regions[(int)Region.State].Dispose();
        if (!_ownsOthers)
            return;
        _regions[(int)Region.Scratch].Dispose();
        _regions[(int)Region.Io].Dispose();
    }

    private Span<float> Span(Region region, int offset, int length) =>
        new Span<float>(Pointer(region), Length(region)).Slice(offset, length);

    private int Length(Region region) => region switch
    {
        Region.State => Sizes.State,
        Region.Scratch => Sizes.Scratch,
        _ => Sizes.Io,
    };
}

/// <summary>Native memory on a cache-line boundary, zeroed unless that is left to the caller; freed when it is disposed or nobody holds it.</summary>
internal sealed unsafe class NativeBuffer : SafeHandle
{
    public NativeBuffer(long bytes, bool zeroed = true)
        : base(0, ownsHandle: true)
    {
        var size = (nuint)Math.Max(64, bytes);
        bool large = size >= LargePages.Size && OperatingSystem.IsLinux();
        void* pointer = NativeMemory.AlignedAlloc(size, large ? LargePages.Size : 64);
        if (large)
            LargePages.Ask(pointer, size);
        if (zeroed)
            NativeMemory.Clear(pointer, size);
        SetHandle((nint)pointer);
    }

    public override bool IsInvalid => handle == 0;

    public void* Pointer => (void*)handle;

    public float* Floats => (float*)handle;

    public static NativeBuffer OfFloats(long count) => new(count * sizeof(float));

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}

/// <summary>
/// Pages of 2 MiB. Whoever walks some megabytes of weights a step on pages of 4 KiB waits for their translation more than for
/// the weights, above all in a virtual machine.
/// </summary>
internal static unsafe partial class LargePages
{
    public const nuint Size = 2 << 20;

    private const int UseLarge = 14;

    /// <summary>Asks for nothing, so that asking is compiled.</summary>
    public static void WarmUp() => Ask(null, 0);

    /// <summary>Asks Linux to back a range with large pages; where it cannot, nothing changes but speed.</summary>
    public static void Ask(void* start, nuint length)
    {
        try
        {
            _ = MemoryAdvise(start, length, UseLarge);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(void* start, nuint length, int advice);
}
