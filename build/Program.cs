using Kiln.Build;
using Kiln.Hosting;

return await KilnHost.Create()
    .Add(RepositoryTasks.Definition)
    .RunAsync(args);
