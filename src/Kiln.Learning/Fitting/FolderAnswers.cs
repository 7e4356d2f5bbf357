using Kiln.Learning.Evaluating;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>What models in folders answer for rows that others are asked about, too.</summary>
static class FolderAnswers
{
    /// <summary>A model's answers, beside what metrics need to know of the rows.</summary>
    public static JudgedRows Answers(this LearningProblem problem, ModelFolder folder, Examples rows)
    {
        using var model = folder.Load();
        return problem.Judged(rows, model.Predict(rows.Columns));
    }

    /// <summary>The answers of the model that is to be replaced.</summary>
    /// <exception cref="KilnException">It cannot answer such rows; the error tells where it is named.</exception>
    public static JudgedRows ChampionsAnswers(this LearningProblem problem, ModelFolder folder, string path, Examples rows)
    {
        try
        {
            return problem.Answers(folder, rows);
        }
        catch (KilnException error)
        {
            throw GateErrors.ChampionCannotAnswer(path, error);
        }
    }
}
