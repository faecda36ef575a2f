global using CostSociety.Fabric;

// Allocation tests read counters of the whole process, so nothing may run beside them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
