namespace Kiln.Learning.Evaluating;

/// <summary>What metrics may need to know of a row beside its answer and its label; each is named as the column of <see cref="Fitting.LearningProblem"/> that tells it.</summary>
[Flags]
public enum RowFacts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>When it arose: <see cref="JudgedRows.Days"/>.</summary>
    Time = 1,

    /// <summary>Its card: <see cref="JudgedRows.Cards"/>.</summary>
    Card = 2,

    /// <summary>The query it answers: <see cref="JudgedRows.Groups"/>.</summary>
    Query = 4,
}
