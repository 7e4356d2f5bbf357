// The library's threads are counted against the cores: tests that train must not meet.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
