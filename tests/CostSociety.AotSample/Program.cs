using System.Globalization;
using CostSociety;
using CostSociety.Circuits;
using CostSociety.Language;

// A creature in a game loop: it sees two distances, learns which way to turn, remembers, and is saved with the game.
// The program is compiled ahead of time, as a game console asks for.

const string CircuitJson = """
    {
      "format": 1, "name": "creature",
      "streams": { "eyes": { "source": "host", "shape": [2] }, "turn": { "source": "host", "shape": [1] } },
      "areas": {
        "eye": { "reads": "eyes" },
        "mind": { "units": 12, "dynamics": "v = 0.5 * v + basal + bias; activity = dropout(tanh(v), 0.1)", "variables": { "bias": 0 } },
        "body": { "units": 1, "activation": "linear" }
      },
      "projections": { "eye -> mind": {}, "mind -> body": {} },
      "learning": { "update": { "kind": "adam", "rate": 0.01 }, "batch": 4, "presentations": 2, "seed": 7 },
      "costs": "creature.costs.json"
    }
    """;

const string CostsJson = """
    { "format": 1, "costs": { "body": { "minimize": { "miss": "mse(body, turn)" }, "teaches": "upstream" } } }
    """;

var diagnostics = new Diagnostics();
var circuit = Circuit.Parse(new SourceText("creature.circuit.json", CircuitJson), new SourceText("creature.costs.json", CostsJson), overrides: null, diagnostics);
diagnostics.ThrowIfErrors();

using var society = Society.Build(circuit!);
float[] eyes = new float[2 * society.StepSize], turn = new float[society.StepSize], action = new float[society.StepSize];
double first = Train(1), last = Train(600);

using var saved = new MemoryStream();
society.Save(saved);
saved.Position = 0;
using var again = Society.Build(circuit!);
again.Load(saved);

Look(1000);
society.Act(eyes, action);
float[] same = new float[action.Length];
again.Act(eyes, same);
bool isSame = action.AsSpan().SequenceEqual(same);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"age {society.Age}, miss {first:0.0000} -> {last:0.0000}, {(last < first / 4 ? "learned" : "learned nothing")}, {(isSame ? "resumed bit for bit" : "resumed differently")}"));
return last < first / 4 && isSame ? 0 : 1;

double Train(int steps)
{
    for (int i = 0; i < steps; i++)
    {
        Look(i);
        society.Step(eyes, turn);
    }
    return society.CostValues[0];
}

// Turn away from what is nearer.
void Look(int moment)
{
    for (int i = 0; i < turn.Length; i++)
    {
        (eyes[2 * i], eyes[2 * i + 1]) = (MathF.Sin(moment * 1.7f + i), MathF.Cos(moment * 0.9f + 2 * i));
        turn[i] = 0.5f * (eyes[2 * i] - eyes[2 * i + 1]);
    }
}
