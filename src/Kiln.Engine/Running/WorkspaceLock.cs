namespace Kiln.Running;

/// <summary>
/// The right to change a workspace, held by one run at a time through a lock the kernel drops with its owner.
/// </summary>
sealed class WorkspaceLock : IDisposable
{
    const int HeldByAnother = 11; // EWOULDBLOCK, as flock answers

    readonly FileStream _lock;

    WorkspaceLock(FileStream held, string note, bool previousDied)
    {
        _lock = held;
        Note = note;
        PreviousDied = previousDied;
    }

    /// <summary>The file that names the owner, there for as long as one holds the workspace, and after one that died.</summary>
    public string Note { get; }

    /// <summary>Whether the last owner ended without letting go: it may have left partial files behind.</summary>
    public bool PreviousDied { get; }

    /// <exception cref="KilnException">Another run holds it, or the folder cannot be written.</exception>
    public static WorkspaceLock Take(string workspace, string folder)
    {
        var note = Path.Combine(folder, "owner");
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error.HResult == HeldByAnother)
        {
            throw RunErrors.WorkspaceHeld(workspace, ReadNote(note));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RunErrors.CannotKeepState(folder, error);
        }

        try
        {
            var died = File.Exists(note);
            File.WriteAllText(note, $"process {Environment.ProcessId}, since {DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss}");
            return new WorkspaceLock(held, note, died);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        using (_lock) File.Delete(Note);
    }

    static string ReadNote(string note)
    {
        try
        {
            return File.ReadAllText(note);
        }
        catch (IOException)
        {
            return "a run that is just starting or ending";
        }
    }
}
