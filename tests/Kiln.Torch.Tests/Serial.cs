// Seeds and thread counts belong to the whole process: tests that set them must not meet.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
