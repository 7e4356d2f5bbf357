namespace Kiln.Learning.Reporting;

/// <summary>Bins of equal width between two numbers, which belong to the first and the last; a bin's lower edge is part of it. As numpy.histogram has them.</summary>
/// <param name="from">The lowest edge; finite.</param>
/// <param name="to">The highest edge; where it is the lowest too, the bins reach half a unit to both sides, as numpy's do.</param>
/// <param name="count">How many bins.</param>
readonly struct EqualBins(double from, double to, int count)
{
    readonly double _from = from == to ? from - 0.5 : from;
    readonly double _to = from == to ? to + 0.5 : to;

    /// <summary>The lower edge of a bin; of the bin after the last the highest edge.</summary>
    public double Edge(int bin) => bin == count ? _to : _from + ((_to - _from) * bin / count);

    /// <summary>The bin of a number between both edges.</summary>
    public int Of(double value)
    {
        var bin = Math.Clamp((int)((value - _from) / (_to - _from) * count), 0, count - 1);
        while (bin > 0 && value < Edge(bin)) bin--; // the quotient's rounding must not decide on which side of an edge a number falls
        while (bin < count - 1 && value >= Edge(bin + 1)) bin++;
        return bin;
    }
}
