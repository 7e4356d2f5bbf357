namespace Kiln.Tests;

/// <summary>A test that needs a trial data set, and is skipped with the reason where that is absent.</summary>
sealed class TrialDataFactAttribute : FactAttribute
{
    public TrialDataFactAttribute(string dataSet)
    {
        if (Repository.TrialData(dataSet) is null)
            Skip = $"The data set {dataSet} is not here: set KILN_TEST_DATA to the folder that holds it.";
    }
}
