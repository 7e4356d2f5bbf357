namespace Kiln.Tests.Income;

/// <summary>Files as the census publishes them.</summary>
static class CensusRows
{
    /// <summary>Puts both files where the space's settings look for them.</summary>
    public static void Give(TrialSpace space, IEnumerable<string> training, IEnumerable<string> test)
    {
        space.Write("source/adult.data", string.Join('\n', training) + "\n\n");
        space.Write("source/adult.test", "|1x3 Cross validator\n" + string.Concat(test.Select(row => row + ".\n")));
    }

    /// <summary>Those with a degree earn more, in this census.</summary>
    public static IEnumerable<string> Rows(int count) => Enumerable.Range(0, count).Select(row =>
        Row(20 + (row * 7 % 50), row % 3 == 0 ? "Bachelors" : "HS-grad", row % 5 == 0 ? "Cuba" : "United-States", row % 3 == 0 ? ">50K" : "<=50K"));

    public static string Row(int age, string education, string country, string income) =>
        $"{age}, Private, {1000 + age}, {education}, {(education == "Bachelors" ? 13 : 9)}, Never-married, Sales, Own-child, White, {(age % 2 == 0 ? "Female" : "Male")}, 0, 0, 40, {country}, {income}";
}
