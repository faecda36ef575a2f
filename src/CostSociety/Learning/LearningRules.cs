namespace CostSociety.Learning;

/// <summary>All learning rules by name. A new rule is one file and one line here.</summary>
public static class LearningRules
{
    /// <summary>Every rule.</summary>
    public static IReadOnlyList<LearningRule> All { get; } =
        [new Backprop(), new FeedbackAlignment(), new SignSymmetric(), new Frozen(), new Local()];

    /// <summary>Names of all rules.</summary>
    public static IEnumerable<string> Names => All.Select(r => r.Name);

    /// <summary>Names of the rules that can teach any circuit from its costs alone.</summary>
    public static IEnumerable<string> OfCosts => All.Where(r => r.UsesGradient).Select(r => r.Name);

    /// <summary>The rule of a name.</summary>
    /// <exception cref="ArgumentException">There is no such rule.</exception>
    public static LearningRule Find(string name) =>
        All.FirstOrDefault(r => r.Name == name) ?? throw new ArgumentException($"unknown learning rule '{name}'", nameof(name));
}
