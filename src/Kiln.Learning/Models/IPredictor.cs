namespace Kiln.Learning.Models;

/// <summary>The part of a model behind its preparation. Predicting changes nothing in it, so several threads may ask at once.</summary>
public interface IPredictor : IDisposable
{
    /// <summary>Answers for prepared rows: of two classes the probability of the second, of several one for each, of a regression the value as it was learned.</summary>
    /// <param name="rows">[n, features], row by row.</param>
    /// <param name="answers">[n, outputs], filled row by row.</param>
    void Predict(ReadOnlySpan<float> rows, Span<float> answers);

    /// <summary>Writes its own files into a model's folder. Equal predictors write equal bytes.</summary>
    void Save(string folder);
}
