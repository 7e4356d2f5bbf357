namespace Kiln.Hosting;

/// <summary>What a command that looks has to say.</summary>
public static class Answer
{
    /// <summary>Prints it.</summary>
    /// <exception cref="KilnException">Standard output takes no more, as on a disk that is full.</exception>
    public static void Print(string text)
    {
        try
        {
            Console.Write(text);
        }
        catch (IOException error)
        {
            throw HostErrors.CannotPrint(error);
        }
    }
}
