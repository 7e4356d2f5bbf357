namespace Kiln.Pipelines.Fraud;

static class FraudErrors
{
    public static KilnException SourceNotThere(string folder) => new UsageException(
        "The source folder is not there:", [("folder", folder), ("setting", "source.path")],
        "Point source.path at a folder of daily CSV files, or leave it out to simulate them.");

    public static KilnException TwoFilesOfADay(DateOnly day, string first, string second) => new UsageException(
        "A day has two files:", [("day", $"{day:yyyy-MM-dd}"), ("first", first), ("second", second)], "Keep one of them.");

    public static KilnException NoDays(string folder) => new UsageException(
        "The source folder has no daily files:", [("folder", folder), ("expected", "files such as 2018-04-01.csv or 2018-04-01.csv.gz")],
        "Point source.path at the folder that has them.");

    public static KilnException MissingDay(DateOnly day, string folder) => new UsageException(
        "A day is missing between others:", [("day", $"{day:yyyy-MM-dd}"), ("folder", folder)],
        "Add its file, or allow gaps with source.allowMissingDays: true; windows over them then count fewer transactions.");

    public static KilnException WrongDay(DateOnly day, string file, string from, string to) => new ContractFailure(
        "A day's file has transactions of other days:", [("file", file), ("day", $"{day:yyyy-MM-dd}"), ("from", from), ("to", to)],
        "Put each transaction into the file of its day.");

    public static KilnException RepeatedTransaction(long id) => new ContractFailure(
        "A transaction stands on two rows:", [("TRANSACTION_ID", id.ToString())], "Mend the source: ids must be unique over all days.");

    public static KilnException NoRows(string window, DateOnly from, DateOnly to) => new UsageException(
        "A window of the split has too few rows:", [("window", window), ("from", $"{from:yyyy-MM-dd}"), ("to", $"{to:yyyy-MM-dd}"), ("needed", "rows of both classes")],
        "Choose split.trainStart so that the data cover all windows, from the selection window to the test.");

    sealed class ContractFailure(string what, IEnumerable<(string, string)> facts, string next) : KilnException(what, facts, next)
    {
        public override ExitCode ExitCode => ExitCode.ContractFailed;
    }
}
