using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Tests.Learning.Models;

/// <summary>Made-up houses: the price goes by area and town, and with the level of prices.</summary>
static class Houses
{
    public static readonly Target Price = Target.Regression("PRICE");

    static readonly string[] towns = ["Aarau", "Biel", "Chur"];

    public static Examples Rows(int rows, int seed) => Examples.Of(Columns(rows, seed), Price);

    public static TableColumns Columns(int rows, int seed)
    {
        var random = new Random(seed);
        var (area, town, level, price) = (new double[rows], new string?[rows], new float[rows], new double[rows]);
        for (var row = 0; row < rows; row++)
        {
            var place = random.Next(4);
            (area[row], town[row], level[row]) = (50 + (random.NextDouble() * 150), place == 3 ? null : towns[place], 1 + (random.NextSingle() * 0.2f));
            price[row] = level[row] * ((5 * area[row]) + (200 * place) + (10 * random.NextDouble()));
        }
        return TableColumns.Of(Column.Of<double>("AREA", area), Column.Texts("TOWN", town), Column.Of<float>("LEVEL", level), Column.Of<double>("PRICE", price));
    }

    public static Preparation Preparation(string kind) => kind switch
    {
        "linear" or "baseline" or "ensemble" => new(Prepare.Numbers("AREA").Standardize(), Prepare.Categories("TOWN").OneHot()),
        "xgboost" => new(Prepare.Numbers("AREA"), Prepare.Categories("TOWN").Ordinal()),
        _ => new(Prepare.Numbers("AREA").Standardize(), Prepare.Categories("TOWN").Ordinal()),
    };

    public static void Fill(InputRow row, TableColumns columns, int number)
    {
        row.Set(row.PlaceOf("AREA"), ((Column<double>)columns["AREA"]).Values.Span[number]);
        row.Set(row.PlaceOf("TOWN"), columns.Texts("TOWN").Span[number]);
    }
}
