using CostSociety.Report;

namespace CostSociety.Tests.Laws;

/// <summary>Edges come out of photographs: what the circuit of natural images claims, on smaller patches.</summary>
public sealed class NaturalImagesTests
{
    [Fact]
    public void Photographs_TeachASparseArea_OrientedFields()
    {
        var training = Training.Of(Repository.PathOf("circuits", "natural-images", "sparse.circuit.json"), "sources.photographs.patch=8",
            "sources.photographs.count=20000", "areas.v1.units=64", "learning.update.rate=0.01 * 0.85^epoch");
        using var society = training.Build();
        int before = Fitting(society);

        training.Steps(society, 2500);

        Assert.InRange(before, 0, 16);
        Assert.InRange(Fitting(society), 39, 64);
    }

    private static int Fitting(Society society)
    {
        var fields = ReceptiveFields.Read(society, society.Circuit.Projections[0], null);
        return fields.Fields.AsParallel().Count(f => GaborFit.Of(f, fields.Width, fields.Height).R2 >= 0.5);
    }
}
