namespace Kiln.Learning.Explaining;

/// <summary>Student's t distribution with a whole number of degrees of freedom.</summary>
static class StudentDistribution
{
    /// <summary>The t within ± which so large a part of the distribution lies.</summary>
    public static double TwoSided(double part, int degrees)
    {
        var (low, high) = (0.0, 1.0);
        while (Within(high, degrees) < part) high *= 2;
        while (high - low > 1e-12 * high)
        {
            var middle = (low + high) / 2;
            if (Within(middle, degrees) < part) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }

    /// <summary>The part that lies within ± t: Abramowitz and Stegun 1964, 26.7.3 and 26.7.4.</summary>
    public static double Within(double t, int degrees)
    {
        var angle = Math.Atan(t / Math.Sqrt(degrees));
        var (sine, cosine) = Math.SinCos(angle);
        var isOdd = degrees % 2 == 1;
        if (degrees == 1) return 2 * angle / Math.PI;
        var (term, sum) = (isOdd ? cosine : 1, 0.0);
        for (var k = isOdd ? 3 : 2; k <= degrees; k += 2)
        {
            sum += term;
            term *= cosine * cosine * (k - 1) / k;
        }
        return isOdd ? 2 / Math.PI * (angle + (sine * sum)) : sine * sum;
    }
}
