namespace Kiln.Running;

/// <summary>Where a path leads.</summary>
static class RealPath
{
    /// <summary>A path without links in any part of it.</summary>
    public static string Of(string path)
    {
        var real = "/";
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            if (Directory.ResolveLinkTarget(real, returnFinalTarget: true) is { } target) real = Of(target.FullName);
        }

        return real;
    }
}
