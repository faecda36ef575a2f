namespace CostSociety.Tests.Laws;

/// <summary>Costs for the digits society that the probe of the fabric takes over.</summary>
internal static class ProbeCosts
{
    /// <summary>Calls every function of the language, and has stages.</summary>
    public const string EveryFunction = """
        {
          "format": 1,
          "parameters": { "tempo": "ramp(step, 0, 100) + clamp(epoch, 0, 1) + 0.1 * sin(since_swap) + min(samples, 3) * 0" },
          "costs": {
            "v1": {
              "minimize": {
                "elementwise": "mean(abs(v1)) + mean(sqrt(v1 + 1)) + mean(exp(-v1)) + mean(log(v1 + 2)) + mean(tanh(v1)) + mean(sigmoid(v1))",
                "more": "mean(softplus(v1)) + mean(sin(v1)) + mean(cos(v1)) + mean(floor(v1)) + mean(sign(v1)) + mean(step(v1)) + mean(square(v1))",
                "pairs": "mean(min(v1, 0.5)) + mean(max(v1, 0.1)) + mean(clamp(v1, 0, 2)) + mean(ramp(v1, 0, 1)) + mean((v1 + 1)^1.5) + mean(v1 / (v1 + 1))",
                "choices": "mean(where(v1 > 0.2 and v1 <= 0.9, v1, -v1)) + mean(where(v1 == 0 or not (v1 != 0.5), 1, v1)) + mean(as(step(v1 - 0.1), sigmoid(v1)))",
                "past": "mean(square(v1 - previous(v1))) + mean(square(stop(v1) - previous(v1, 2)))",
                "reduced": "sum(v1) * 0.001 + var(v1) + norm(v1 + 1) * 0.01 + dot(v1, v1) * 0.001",
                "reconstruct": "mean(square(retina.apical - retina))"
              },
              "weight": "tempo"
            },
            "it": {
              "minimize": {
                "reduced": "max(it) + min(it) + logsumexp(it) + dot(softmax(it), it) + argmax(it) * 0",
                "batch": "mean(square(batch_mean(it))) + mean(batch_var(it)) + batch_sum(mean(it)) * 0.001",
                "extremes": "mean(batch_max(it)) - mean(batch_min(it)) + rank(it, 3) + gather(it, argmax(it)) + dot(one_hot(2, count(it)), it) + mean(index(it) * it)",
                "matrices": "mean(square(gram(it))) + norm(off_diagonal(covariance(it))) + mean(diagonal(covariance(it))) + mean(square(outer(it, label))) + l2(weights('v1 -> it'))",
                "traces": "mean(square(trace(it, 4))) + dot(sample(softmax(it)), it)",
                "noisy": "mean(it * noise.normal(0, 1)) + mean(it * noise.uniform(0, 1)) + mean(it * noise.bernoulli(0.5))"
              },
              "weight": "where(valid > 0, 0.5, 0)"
            },
            "report": { "minimize": "cross_entropy(report, label)", "weight": "where(measure.accuracy < 0.9, 1, 0.5)", "teaches": "upstream" }
          },
          "development": [
            { "stage": "first", "until": "step >= 4 or cost.v1.past < 0", "plastic": ["v1", "report"] },
            { "stage": "second" }
          ]
        }
        """;

    /// <summary>Costs of other terms, shapes, scopes, state and stages than those of the circuit.</summary>
    public static readonly string[] All =
    [
        EveryFunction,
        """{ "format": 1, "costs": { "report": { "minimize": "cross_entropy(report, label)", "teaches": "upstream" } } }""",
        """{ "format": 1, "costs": { "report": { "minimize": "mse(report, label)" }, "v1": { "minimize": "mean(abs(retina.apical - retina)) + 0.1 * sparse(v1)" } } }""",
        """
        { "format": 1, "parameters": { "k": "0.5 + 0.5 * cos(step)" }, "costs": { "it": { "minimize": { "spread": "exp(-var(it)) * k", "small": "l2(it)" } } },
          "development": [ { "stage": "on", "until": "step > 9 for 2 steps", "plastic": ["it"] }, { "stage": "off" } ] }
        """,
        """{ "format": 1, "costs": { "it": { "minimize": "mean(square(it - batch_mean(it))) * -0.01 + tanh(dot(it, previous(it, 3))) + mean(noise.normal(1, 2) * it)", "weight": "max(label)" } } }""",
    ];
}
