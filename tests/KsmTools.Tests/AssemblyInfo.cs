// There is one kernel, and tests change its settings: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
