namespace Kiln.Tests;

/// <summary>A test of what an ordinary user may not do: root can be told to forget that it may do anything.</summary>
sealed class UnprivilegedFactAttribute : FactAttribute
{
    public UnprivilegedFactAttribute() => Skip = Environment.IsPrivilegedProcess && !File.Exists("/usr/bin/setpriv") ? "There is no setpriv." : null;
}
