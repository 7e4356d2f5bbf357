using Kiln.Fingerprinting;

namespace Kiln.Running;

/// <summary>
/// The links under which commands find their inputs. One is kept for each input and gets a further name where it is needed: that makes
/// nothing new on the disk, and takes nothing away when the name goes.
/// </summary>
sealed class InputLinks(string folder)
{
    public void Place(string path, string target)
    {
        var kept = Path.Combine(folder, ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(target)).ToString());
        if (Libc.Link(kept, path) == 0) return;
        try
        {
            if (!Directory.Exists(folder)) Directory.CreateDirectory(folder);
            File.CreateSymbolicLink(kept, target);
        }
        catch (IOException) when (Path.Exists(kept) || new FileInfo(kept).LinkTarget is not null)
        {
            // Another stage was quicker, or the link has all the names the file system lets it have.
        }

        if (Libc.Link(kept, path) != 0) File.CreateSymbolicLink(path, target);
    }
}
