using CostSociety.Circuits;
using CostSociety.Data;
using CostSociety.Fabric;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>Which synapses of a projection exist, made on the host: the same seed gives the same synapses.</summary>
internal static class SynapseMask
{
    /// <summary>1 where a synapse [units, inputs] exists, else 0; null when all exist.</summary>
    public static float[]? Make(Parameter parameter, ulong seed, Circuit circuit)
    {
        var synapses = parameter.Synapses;
        if (!synapses.IsMasked)
            return null;
        var exists = synapses.Mask is not null ? MaskText.Evaluate(parameter)
            : synapses.MaskFile is { } file ? FromFile(parameter, TextFiles.Beside(circuit.Source, file))
            : Enumerable.Repeat(true, parameter.LogicalUnits * parameter.Inputs).ToArray();
        if (synapses.Density < 1)
            Thin(exists, parameter.Inputs, synapses.Density, CounterRandom.Key(seed, 0, CounterRandom.Hash(parameter.Name + ".mask")));
        return Array.ConvertAll(exists, e => e ? 1f : 0f);
    }

    /// <summary>Keeps the synapses of each unit that drew the smallest numbers.</summary>
    private static void Thin(bool[] exists, int inputs, double density, ulong key)
    {
        for (int first = 0; first < exists.Length; first += inputs)
        {
            var there = Enumerable.Range(first, inputs).Where(i => exists[i]).OrderBy(i => CounterRandom.Word(key, (uint)i, 0, 0)).ToList();
            int kept = Math.Max(1, (int)Math.Round(density * there.Count));
            foreach (int i in there.Skip(kept))
                exists[i] = false;
        }
    }

    private static bool[] FromFile(Parameter parameter, string path)
    {
        var array = Npy.Load(path);
        return array.Shape.SequenceEqual([parameter.LogicalUnits, parameter.Inputs])
            ? Array.ConvertAll(array.Values, v => v != 0)
            : throw new InvalidDataException($"{path} has shape [{string.Join(", ", array.Shape)}], but '{parameter.Name}' needs [{parameter.LogicalUnits}, {parameter.Inputs}]");
    }
}
