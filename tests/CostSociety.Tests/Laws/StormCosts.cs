using System.Globalization;

namespace CostSociety.Tests.Laws;

/// <summary>Cost files for the digits society that a storm of swaps draws from: six forms in several values each, and forms that are refused.</summary>
internal static class StormCosts
{
    private const string Draw = "\"reconstruct\": \"mean(square(retina.apical - retina))\"";
    private const string Name = "\"report\": { \"minimize\": \"cross_entropy(report, label)\", \"teaches\": \"upstream\" }";

    // MARK is the value of a term of its own: what a step reports shows which costs it had. N is a small whole number, K a small one.
    private static readonly string[] _forms =
    [
        $$"""{ "format": 1, "name": "NAME", "parameters": { "sparsity": K }, "costs": { "v1": { "minimize": { {{Draw}}, "sparse": "sparsity * mean(abs(v1))", "mark": "MARK + 0 * mean(v1)" } }, {{Name}} } }""",
        $$"""{ "format": 1, "name": "NAME", "costs": { "v1": { "minimize": { {{Draw}}, "slow": "K * mean(square(v1 - previous(v1, N)))", "mark": "MARK + 0 * mean(v1)" }, "weight": "where(since_swap > 1, 1, 0.5)" } } }""",
        $$"""{ "format": 1, "name": "NAME", "costs": { "it": { "minimize": { "trace": "K * mean(square(it - trace(it, 1 + N)))", "mark": "MARK + 0 * mean(it)" }, "teaches": ["v1 -> it", "retina -> v1"] }, {{Name}} } }""",
        $$"""
        { "format": 1, "name": "NAME", "costs": { "v1": { "minimize": { {{Draw}}, "mark": "MARK + 0 * mean(v1)" } }, "report": { "minimize": "cross_entropy(report, label)", "weight": "where(cost.v1.reconstruct < 1e9, 1, 0)", "teaches": "upstream" } },
          "development": [ { "stage": "eyes", "until": "since_swap >= N", "plastic": ["v1", "v1 -> retina.apical"] }, { "stage": "school" } ] }
        """,
        """
        { "format": 1, "name": "NAME", "parameters": { "k": "K * (1 + 0.1 * cos(step))" }, "costs": { "report": { "minimize": { "miss": "mse(report, label)", "slow": "k * mean(square(report - previous(report, N)))", "mark": "MARK + 0 * mean(report)" } },
          "it": { "minimize": "mean(it * noise.normal(0, K))" } }, "development": [ { "stage": "one", "until": "step >= 10 * N for 2 steps" }, { "stage": "two", "plastic": ["report"] } ] }
        """,
        """
        { "format": 1, "name": "NAME", "costs": { "v1": { "minimize": { "past": "K * mean(square(v1 - previous(v1, N))) + K * mean(square(trace(v1, 2)))", "mark": "MARK + 0 * mean(v1)" } },
          "it": { "minimize": { "weights": "0.001 * l2(weights('v1 -> it'))", "past": "K * mean(square(previous(it)))", "apart": "0.01 * mean(square(off_diagonal(covariance(it))))" } } } }
        """,
    ];

    private static readonly string[] _wrong =
    [
        """{ "format": 1, "costs": { "v1": { "minimize": "mean(square(v1 - nobody))" } } }""",
        """{ "format": 1, "costs": { "v2": { "minimize": "mean(v1)" } } }""",
        """{ "format": 1, "costs": { "v1": { "minimize": "v1" } } }""",
        """{ "format": 1, "costs": { "v1": { "minimize": "mean(v1" } } }""",
        """{ "format": 1, "costs": { "v1": { "minimize": "mean(v1)", "teaches": ["it -> nowhere"] } } }""",
        """{ "format": 1, "costs": { "v1": { "minimise": "mean(v1)" } } }""",
        """{ "format": 9, "costs": { "v1": { "minimize": "mean(v1)" } } }""",
        """{ "format": 1, "costs": { "v1": { "minimize": "mean(v1)" } """,
        """{ "format": 1, "costs": { "v1": { "minimize": "mean(previous(v1, K))" } } }""",
        """{ "format": 1, "costs": { "v1": { "minimize": "dot(v1, label)" } } }""",
        """{ "format": 1, "parameters": { "k": "k + 1" }, "costs": { "v1": { "minimize": "k * mean(v1)" } } }""",
        """{ "format": 1, "costs": { "v1": { "minimize": "mean(v1)" } }, "development": [ { "stage": "a" }, { "stage": "b" } ] }""",
    ];

    /// <summary>How many different files there are.</summary>
    public static int Count => _forms.Length * 7;

    /// <summary>A file, and the value of its term <c>mark</c>.</summary>
    public static (string Text, float Mark) Of(int number)
    {
        int form = number % _forms.Length, variant = number / _forms.Length;
        float mark = 1 + number / 64f;
        return (Filled(_forms[form], number, variant, mark), mark);
    }

    /// <summary>A file that is refused.</summary>
    public static string Wrong(uint number) => _wrong[number % _wrong.Length];

    private static string Filled(string form, int number, int variant, float mark) => form
        .Replace("NAME", $"storm{number}", StringComparison.Ordinal)
        .Replace("MARK", mark.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("K", (0.01 * (variant + 1)).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("N", $"{1 + variant % 5}", StringComparison.Ordinal);
}
