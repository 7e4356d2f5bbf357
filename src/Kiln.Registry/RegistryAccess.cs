namespace Kiln.Registry;

/// <summary>What a registry is opened for.</summary>
public enum RegistryAccess
{
    /// <summary>To add to it; it is made where there is none.</summary>
    Make,

    /// <summary>To change what is in it.</summary>
    Change,

    /// <summary>To ask. Who may not write it may still do that.</summary>
    Read,
}
