using CostSociety.Circuits;
using CostSociety.Learning;

namespace CostSociety.Synthesis;

/// <summary>Sizes of feedback: what a rule's option <c>feedback</c> means.</summary>
internal static class FeedbackBanks
{
    /// <summary>N(0, 1/fan-out), as in the reference runs.</summary>
    private static readonly InitSpec _default = InitSpec.Default with { FanOut = true };

    /// <summary>How the feedback of a parameter begins.</summary>
    public static InitSpec InitOf(Parameter parameter) => parameter.Rule.Feedback ?? _default;

    /// <summary>The one magnitude of sign feedback, gain over sqrt(fan), or null for other feedback.</summary>
    public static double? SignMagnitude(Parameter parameter)
    {
        if (parameter.Feedback is null || parameter.IsShared || LearningRules.Find(parameter.Rule.Name).Feedback != Feedback.Signs)
            return null;
        var init = InitOf(parameter);
        return init.Gain / Math.Sqrt(parameter.Fan(init.FanOut));
    }
}
