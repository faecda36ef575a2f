namespace CostSociety.Peers.Costs;

internal static class SwapTimings
{
    public static void Print(double seconds) { }
}
