using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Kiln.Pipelines.Fraud;

public sealed class SimulationTests(SimulationTests.World world) : IClassFixture<SimulationTests.World>
{
    static readonly SimulateSettings Small = new() { Customers = 300, Terminals = 600, Days = 40 };

    /// <summary>The default world, made once.</summary>
    public sealed class World
    {
        public World()
        {
            Population = Population.Of(Settings);
            Days = [.. Simulation.Days(Settings).AsParallel().AsOrdered().Select(day => Simulation.Day(Population, Settings, day))];
            All = [.. Days.SelectMany(day => day)];
        }

        public SimulateSettings Settings { get; } = new();
        public Population Population { get; }
        public ImmutableArray<ImmutableArray<Transaction>> Days { get; }
        public ImmutableArray<Transaction> All { get; }
    }

    // Published: 1,754,155. Customers' rates alone make worlds differ by 0.8 % (one standard deviation).
    [Fact]
    public void As_many_transactions_as_published() => ((double)world.All.Length).ShouldBe(1_754_155, 1_754_155 * 0.025);

    // Given the customers' rates, the number is Poisson: within 4 standard deviations of the closed form.
    [Fact]
    public void As_many_transactions_as_the_customers_rates_say()
    {
        var insideTheDay = 2 * Normal(43_200 / 20_000.0) - 1;
        var expected = world.Settings.Days * insideTheDay
            * world.Population.Customers.Where(customer => !customer.Terminals.IsEmpty).Sum(customer => customer.TransactionsPerDay);
        ((double)world.All.Length).ShouldBe(expected, 4 * Math.Sqrt(expected));
    }

    // Published counts of one world. The bounds are 4 standard deviations between worlds, from which customers and terminals are drawn
    // (compromised customers make 5 to 10 transactions a draw, give or take as much) and from the few customers that reach 220.
    [Theory]
    [InlineData(FraudScenario.LargeAmount, 973, 250)]
    [InlineData(FraudScenario.CompromisedTerminal, 9_077, 800)]
    [InlineData(FraudScenario.CompromisedCustomer, 4_631, 620)]
    public void As_much_fraud_of_each_kind_as_published(FraudScenario scenario, int published, int within) =>
        world.All.Count(made => made.Scenario == scenario).ShouldBeInRange(published - within, published + within);

    [Fact]
    public void The_share_of_fraud_is_as_published() =>
        (world.All.Count(made => made.Scenario != FraudScenario.Genuine) / (double)world.All.Length).ShouldBe(14_681 / 1_754_155.0, 0.0006);

    [Fact]
    public void Fraud_builds_up_over_four_weeks()
    {
        PerDay(0..7).ShouldBeLessThan(40);
        PerDay(28..183).ShouldBe(85, 10);

        double PerDay(Range days) => world.Days[days].Average(day => day.Count(made => made.Scenario != FraudScenario.Genuine));
    }

    // Dvoretzky-Kiefer-Wolfowitz: the empirical distribution strays further than this once in 10,000 worlds.
    [Fact]
    public void The_time_of_day_is_normal_within_the_day()
    {
        var edge = Normal(43_200 / 20_000.0);
        var seconds = world.All.Select(made => made.SecondOfDay + 0.5).Order().ToArray();
        Distance(seconds, second => (Normal((second - 43_200) / 20_000) - (1 - edge)) / (2 * edge - 1)).ShouldBeLessThan(Bound(seconds.Length));
    }

    // An amount over its mean is normal below zero redrawn uniformly from 0 to 2. Cents blur it by up to 0.01 / 5.
    [Fact]
    public void Amounts_follow_their_customers_means()
    {
        var negative = Normal(-2);
        var genuine = world.All.Where(made => made.Scenario != FraudScenario.CompromisedCustomer);
        var ratios = genuine.Select(made => made.Cents / 100.0 / world.Population.Customers[made.CustomerId].MeanAmount).Order().ToArray();
        Distance(ratios, ratio => Normal((ratio - 1) / 0.5) - negative + negative * Math.Min(ratio / 2, 1))
            .ShouldBeLessThan(Bound(ratios.Length) + 0.002);
    }

    [Fact]
    public void Customers_reach_as_many_terminals_as_a_circle_holds()
    {
        // Away from the edges: 10,000 × π 5² / 100² = 78.5; the edges take 4 % of it (radius 5: 1 − 8·5/(3π·100) and the corners back).
        var mean = world.Population.Customers.Average(customer => customer.Terminals.Length);
        mean.ShouldBe(78.54 * (1 - 8 * 0.05 / (3 * Math.PI) + 0.05 * 0.05 / (2 * Math.PI)), 1.5);
    }

    [Fact]
    public void Large_amounts_are_always_fraud()
    {
        world.All.Where(made => made.Scenario == FraudScenario.Genuine).ShouldAllBe(made => made.Cents <= 220_00);
        world.All.Where(made => made.Scenario == FraudScenario.LargeAmount).ShouldAllBe(made => made.Cents > 220_00);
    }

    [Fact]
    public void A_compromised_terminal_makes_nothing_but_fraud_for_28_days()
    {
        var frauds = world.All.Where(made => made.Scenario == FraudScenario.CompromisedTerminal).ToLookup(made => made.TerminalId, DayOf);
        var genuine = world.All.Where(made => made.Scenario == FraudScenario.Genuine).ToLookup(made => made.TerminalId, DayOf);
        foreach (var terminal in frauds.Where(days => days.Max() - days.Min() < 28))
            genuine[terminal.Key].ShouldNotContain(day => day >= terminal.Min() && day <= terminal.Max());
    }

    [Fact]
    public void A_third_of_a_compromised_customers_transactions_is_fraud()
    {
        var (stolen, all) = (0, 0);
        foreach (var (place, day) in Simulation.Days(world.Settings).Index())
        {
            var compromised = Compromises.On(day, world.Settings).Customers;
            all += world.Days[place].Count(made => compromised.Contains(made.CustomerId));
            stolen += world.Days[place].Count(made => made.Scenario == FraudScenario.CompromisedCustomer);
        }
        (stolen / (double)all).ShouldBe(1 / 3.0, 4 * Math.Sqrt(2.0 / 9 / all));
    }

    [Fact]
    public void Ids_are_unique_and_increase_with_time()
    {
        world.All.Zip(world.All.Skip(1)).ShouldAllBe(pair => pair.First.Id < pair.Second.Id);
        world.Days.ShouldAllBe(day => day.Zip(day.Skip(1)).All(pair => pair.First.SecondOfDay <= pair.Second.SecondOfDay));
        world.Days.Index().ShouldAllBe(day => day.Item[0].Id == (long)day.Index * Simulation.IdsPerDay);
    }

    [Fact]
    public void One_more_day_changes_no_other()
    {
        var longer = Small with { Days = 41 };
        Simulation.Days(longer)[..40].ShouldBe(Simulation.Days(Small));
        foreach (var day in Simulation.Days(Small)) Csv(longer, day).ShouldBe(Csv(Small, day));
    }

    [Fact]
    public void Another_seed_is_another_world() =>
        Csv(Small with { Seed = 1 }, Small.StartDate).ShouldNotBe(Csv(Small, Small.StartDate));

    // A compromise changes amounts and labels, and no other draw: the start date decides only which draws there are.
    [Fact]
    public void Compromises_move_no_other_number()
    {
        var day = Small.StartDate.AddDays(20);
        var without = Simulation.Day(Population.Of(Small), Small with { StartDate = day }, day);
        var with = Simulation.Day(Population.Of(Small), Small, day);
        with.Select(made => (made.SecondOfDay, made.CustomerId, made.TerminalId))
            .ShouldBe(without.Select(made => (made.SecondOfDay, made.CustomerId, made.TerminalId)));
        with.Count(made => made.Scenario != FraudScenario.Genuine).ShouldBeGreaterThan(without.Count(made => made.Scenario != FraudScenario.Genuine));
    }

    [Fact]
    public void The_files_bytes_are_kept()
    {
        var csv = Csv(new(), new(2018, 5, 1));
        csv.Split('\n')[..3].ShouldBe(
        [
            "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_TIME_SECONDS,TX_TIME_DAYS,TX_FRAUD,TX_FRAUD_SCENARIO",
            "3000000,2018-05-01 00:00:46,3621,1258,46.01,2592046,30,0,0",
            "3000001,2018-05-01 00:00:49,4353,8491,155.17,2592049,30,0,0",
        ]);
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(csv))).ShouldBe("d8ea6163558c4749629a343875d698af9e528e28de69b9e999f70a8d152bab9b");
    }

    static int DayOf(Transaction made) => (int)(made.Id / Simulation.IdsPerDay);

    static string Csv(SimulateSettings settings, DateOnly day) =>
        Encoding.UTF8.GetString(TransactionCsv.Format(Population.Of(settings), settings, day).Span);

    static double Bound(int count) => Math.Sqrt(Math.Log(2 / 1e-4) / (2 * count));

    static double Distance(double[] ordered, Func<double, double> distribution) => ordered
        .Select((value, place) => Math.Abs((place + 0.5) / ordered.Length - distribution(value)))
        .Max();

    /// <summary>The normal distribution function; Abramowitz and Stegun 26.2.17, error below 7.5e-8.</summary>
    static double Normal(double z)
    {
        if (z < 0) return 1 - Normal(-z);
        var t = 1 / (1 + 0.2316419 * z);
        var tail = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return 1 - Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * tail;
    }
}
