using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Explaining;

/// <summary>Sums contributions of features to those of columns, over rows.</summary>
sealed class AttributionSummary(Model model, ModelInputs inputs, AttributionSettings settings, int seed)
{
    const int MostFeatures = 100;

    readonly int[] inputOfFeature = inputs.InputOfFeature();

    public Attribution Of(Contributions contributions)
    {
        var shown = Math.Min(settings.Columns, inputs.Inputs.Length);
        return Of(contributions, 1, RowSample.Of(contributions.Rows, settings.Points / shown / contributions.Outputs, seed));
    }

    Attribution Of(Contributions contributions, double share, int[] points)
    {
        var gaps = Enumerable.Range(0, contributions.Rows).Select(row => Enumerable.Range(0, contributions.Outputs).Select(output => contributions.Gap(row, output)).ToArray()).ToArray();
        return new()
        {
            Method = contributions.Method,
            Scale = contributions.Scale,
            IsBeforeCalibration = model.Calibrator is not null,
            Rows = contributions.Rows,
            Share = share,
            Steps = contributions.Steps,
            LargestGap = gaps.Max(row => row.Max(output => output.Gap)),
            IncompleteShare = (double)gaps.Count(row => row.Any(output => !(output.Gap <= output.Most))) / gaps.Length,
            Outputs = [.. Enumerable.Range(0, contributions.Outputs).Select(output => Output(contributions, output, points))],
            Members = [.. contributions.Members.Select(member => Of(member.Contributions, member.Share, []))],
        };
    }

    OutputAttribution Output(Contributions contributions, int output, int[] points)
    {
        var rows = contributions.Rows;
        var features = new double[contributions.Features];
        var (sums, absolute) = (new double[inputs.Inputs.Length], new double[inputs.Inputs.Length]);
        var byRow = new float[rows * inputs.Inputs.Length];
        for (var row = 0; row < rows; row++)
        {
            var its = contributions.Of(row, output);
            var columns = byRow.AsSpan(row * inputs.Inputs.Length, inputs.Inputs.Length);
            for (var feature = 0; feature < its.Length; feature++)
            {
                features[feature] += Math.Abs(its[feature]);
                columns[inputOfFeature[feature]] += its[feature];
            }
            for (var input = 0; input < columns.Length; input++) (sums[input], absolute[input]) = (sums[input] + columns[input], absolute[input] + Math.Abs(columns[input]));
        }
        var order = Enumerable.Range(0, inputs.Inputs.Length).OrderByDescending(input => absolute[input]).ToArray();
        return new()
        {
            Class = model.Target.ClassOfOutput(output),
            Base = contributions.Base[output],
            Columns = [.. order.Select((input, place) => new ColumnAttribution
            {
                Column = inputs.Inputs[input].Name,
                MeanAbsolute = absolute[input] / rows,
                Mean = sums[input] / rows,
                Features = [.. Enumerable.Range(0, features.Length).Where(feature => inputOfFeature[feature] == input)
                    .OrderByDescending(feature => features[feature]).Take(MostFeatures).Select(feature => new FeatureAttribution(model.Preparation.Features[feature].Name, features[feature] / rows))],
                Points = place < settings.Columns ? Points(input, points, byRow) : [],
            })],
        };
    }

    ImmutableArray<AttributionPoint> Points(int input, int[] points, float[] byRow)
    {
        var column = inputs[input];
        var levels = inputs.IsCategory(input) || column is TextColumn or BytesColumn ? null : Levels(column.ToDoubles());
        return [.. points.Select(row => new AttributionPoint(byRow[(row * inputs.Inputs.Length) + input], levels?[row], ReadableValue.Of(column, row)))];
    }

    static double?[] Levels(double[] values)
    {
        var sorted = values.Where(value => !double.IsNaN(value)).Order().ToArray();
        return Array.ConvertAll(values, value => double.IsNaN(value) ? (double?)null : (First(value) + First(Math.BitIncrement(value))) / 2.0 / sorted.Length);

        // How many are lower.
        int First(double value)
        {
            var (low, high) = (0, sorted.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (sorted[middle] < value) low = middle + 1;
                else high = middle;
            }
            return low;
        }
    }
}
