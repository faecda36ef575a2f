namespace CostSociety.Peers;

/// <summary>One way to do the work of a case: a training step, or whatever else is timed in turn with others.</summary>
internal abstract class Peer(string name) : IDisposable
{
    /// <summary>The engine this repository is about.</summary>
    public const string Ours = "costsociety";

    /// <summary>Modules, autograd, optimiser of the library, a dispose scope: what nearly everybody writes.</summary>
    public const string Eager = "eager";

    /// <summary>Autograd over raw parameters, an optimiser in place.</summary>
    public const string Tuned = "tuned";

    /// <summary>No autograd: every gradient by hand.</summary>
    public const string Manual = "manual";

    /// <summary>The manual step as one TorchScript function.</summary>
    public const string Jit = "jit";

    /// <summary>Short name of the form.</summary>
    public string Name { get; } = name;

    /// <summary>Learns from one of the batches of the case.</summary>
    public abstract void Step(int batch);

    /// <summary>Mean cost of the last step, before its update.</summary>
    public abstract double Loss();

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
