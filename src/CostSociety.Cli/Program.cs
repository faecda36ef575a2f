using CostSociety;
using CostSociety.Circuits;
using CostSociety.Runs;

var circuit = Circuit.Load(args[0], args[1..]);
using var society = Society.Build(circuit);
var run = new TrainingRun(circuit, society) { OnStep = p => { if (p.Step % 100 == 0) Console.WriteLine($"{p.Step} {p.Stage} {string.Join(" ", society.CostValues.ToArray().Select(v => v.ToString("F4")))} {p.SamplesPerSecond:F0}"); } };
var r = run.Run();
foreach (var c in r.Costs) Console.WriteLine(c);
foreach (var c in r.HeldOutCosts) Console.WriteLine(c);
foreach (var c in r.Measures) Console.WriteLine(c);
Console.WriteLine($"{r.Steps} {r.Samples} {r.Seconds:F2} {r.SamplesPerSecond:F0}");
