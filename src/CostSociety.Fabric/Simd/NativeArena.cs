namespace CostSociety.Fabric.Simd;

/// <summary>Zeroed native memory, taken piece by piece and freed at once: one bitstream has many small buffers that live as long as it does.</summary>
internal sealed unsafe class NativeArena : IDisposable
{
    private const long BlockBytes = 64 * 1024;
    private const long Line = 64;

    private readonly List<NativeBuffer> _blocks = [];
    private byte* _next;
    private long _left;

    /// <summary>Zeroed bytes on a cache-line boundary, valid until the arena is disposed.</summary>
    public void* Take(long bytes)
    {
        bytes = (bytes + Line - 1) / Line * Line;
        if (bytes > _left)
            AddBlock(Math.Max(BlockBytes, bytes));
        byte* taken = _next;
        _next += bytes;
        _left -= bytes;
        NativeMemory.Clear(taken, (nuint)bytes);
        return taken;
    }

    /// <summary>Zeroed floats.</summary>
    public float* TakeFloats(long count) => (float*)Take(count * sizeof(float));

    public void Dispose()
    {
        foreach (var block in _blocks)
            block.Dispose();
    }

    private void AddBlock(long bytes)
    {
        var block = new NativeBuffer(bytes, zeroed: false);
        _blocks.Add(block);
        _next = (byte*)block.Pointer;
        _left = bytes;
    }
}
