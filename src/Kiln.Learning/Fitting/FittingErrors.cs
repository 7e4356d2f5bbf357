using System.Net;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>Every error of stages that fit, in one place.</summary>
static class FittingErrors
{
    public static KilnException NoSuchCandidate(string name, IEnumerable<string> known) => new UsageException(
        "There is not exactly one candidate of this name.", [("name", name), ("candidates", string.Join(", ", known))],
        "Name one of models.candidates; each has a name of its own.");

    public static KilnException NotOfCandidate(string setting, Candidate candidate, string why) => new UsageException(
        "A setting is of no use to the chosen candidate.", [("setting", $"train.{setting}"), ("candidate", $"{candidate.Name} ({candidate.Model.Way})"), ("reason", why)],
        $"Leave it out (--set train.{setting}=null), or choose another candidate by train.model.");

    public static KilnException Misfit(Candidate candidate, Misfit misfit, Target target) => new UsageException(
        "A candidate's setting does not fit what is learned.",
        [("setting", $"models.candidates.{candidate.Name}.{misfit.Setting}"), ("learned", $"{target.Column} ({target.Words})"), ("reason", misfit.Reason)],
        "Correct the setting, or leave it out.");

    public static KilnException SameFold(string name) => new UsageException(
        "Two folds have the same name.", [("fold", name)], "Let no window that candidates are compared on be the test's; they end before it begins.");

    public static KilnException NothingToStopBy(string candidate) => new UsageException(
        "The chosen candidate stops early, and there are no validation rows to stop it by.", [("candidate", candidate)],
        "Set its patience to 0, leave its monitor out, and set its epochs or rounds to what the comparison found to be enough.");

    public static KilnException NotMet(RowDemand demand, KilnException error) => new UsageException(
        "A setting asks for what the test rows do not have.", [("at", demand.Place), ("setting", demand.Setting), ("reason", error.Message)],
        "Correct the setting. Nothing was fitted yet.");

    public static KilnException NoColumnFor(string place, string setting, Metric metric, RowFacts missing) => new UsageException(
        "A metric needs to know more of the rows than the problem names.", [("at", place), ("setting", setting), ("metric", metric.Name), ("needs", Words(missing))],
        $"Name the column in the pipeline's {nameof(LearningProblem)} ({missing}), or choose another metric.");

    public static KilnException NotForTask(string place, string setting, Target target, string why) => new UsageException(
        "A setting does not go with what is learned.", [("at", place), ("setting", setting), ("learned", $"{target.Column} ({target.Words})"), ("reason", why)],
        "Correct the setting, or leave it out.");

    static string Words(RowFacts missing) => missing switch
    {
        RowFacts.Time => "each row's time, whose days are told apart",
        RowFacts.Card => "each row's card",
        _ => "each row's query",
    };

    public static KilnException NothingToCalibrateBy(string pipeline) => new UsageException(
        "A calibration needs rows that the model has not learned from, and this pipeline tells none apart.", [("pipeline", pipeline), ("setting", "calibration.method")],
        "Give AddModel folds of the training rows (AddFolds), or leave the setting out (--set calibration.method=none).");

    public static KilnException NothingToJudgeOn(string path) => new("There are no test rows.", [("table", path)], "Look at what the stage before it kept.");

    public static KilnException TooManyToJudgeOn(string path, long rows, int outputs, double needed, double available) => new(
        "There are more test rows than can be judged at once.",
        [("table", path), ("rows", $"{rows:#,0}"), ("answers a row", $"{outputs:#,0}"), ("needs at least", $"{needed / (1L << 30):#,0.0} GiB"), ("memory", $"{available / (1L << 30):#,0.0} GiB"), ("most answers", $"{Array.MaxLength:#,0}")],
        "Judge on a sample of them (QueryTable writes one), or on a machine with more memory.");

    public static KilnException NotReached(string address, string why, string pipeline) => new(
        "A file could not be fetched.", [("address", address), ("reason", why)],
        $"Look at the network, or name a folder that has the files: --pipeline {pipeline} --set source.path=FOLDER.");

    public static KilnException NotServed(string address, HttpStatusCode status) => new(
        "A file is not where it was published.", [("address", address), ("answer", $"{(int)status} {status}")],
        "Try again later; or fetch it from elsewhere into a folder, and name that as source.path.");

    public static KilnException WrongChecksum(string address, string expected, string found, int length) => new(
        "A fetched file is not the one that was published.", [("address", address), ("expected", expected), ("found", $"{found} ({length:#,0} bytes)")],
        "Nothing of it was kept. Try again; where it stays so, the publisher has changed the file, or somebody else has.");

    public static KilnException NotTheArchive(string address, string why) => new(
        "A fetched file is not the archive that was published.", [("address", address), ("reason", why)], "Nothing of it was kept. Try again, or name a folder that has the files as source.path.");

    public static KilnException NoEarlierStatistics(string folder) => new UsageException(
        "There are no statistics of an earlier version to compare with.", [("folder", folder), ("setting", "dataReport.previous")],
        "Copy reports/PIPELINE/data to it as it was accepted, or leave the setting out.");

    public static KilnException NothingCompared() => new UsageException("There are no candidates to compare.", [], "Declare some under models.candidates.");
}
