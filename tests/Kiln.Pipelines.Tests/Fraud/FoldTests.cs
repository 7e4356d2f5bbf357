using Kiln.Tests;

namespace Kiln.Pipelines.Fraud;

public sealed class FoldTests
{
    static readonly Fold Default = new() { Settings = new() };

    // Trains on 07-10 and 07-11, waits one day, is judged on 07-13 and 07-14.
    static readonly Fold Short = new()
    {
        Settings = new() { TrainStart = new(2018, 7, 10), TrainDays = 2, DelayDays = 1, TestDays = 2 },
    };

    [Fact]
    public void Training_takes_whole_days()
    {
        var rows = Short.Rows(Some.Events(
            At("2018-07-09 23:59:59"), At("2018-07-10 00:00:00"), At("2018-07-11 23:59:59"), At("2018-07-12 00:00:00")));
        rows.Training.ShouldBe(1..3);
        rows.Assessed.ShouldBeEmpty();
    }

    [Fact]
    public void Judged_are_the_days_after_the_delay()
    {
        var rows = Short.Rows(Some.Events(
            At("2018-07-12 23:59:59"), At("2018-07-13 00:00:00"), At("2018-07-14 23:59:59"), At("2018-07-15 00:00:00")));
        rows.Assessed.ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData("2018-07-09 12:00:00", new[] { 1, 2 }, "before the training: not remembered")]
    [InlineData("2018-07-10 12:00:00", new int[0], "in the training: known on both days")]
    [InlineData("2018-07-11 23:59:59", new int[0], "the last labelled day of the first judged day")]
    [InlineData("2018-07-12 00:00:00", new[] { 1 }, "labelled only for the second judged day")]
    public void A_card_is_left_out_once_its_fraud_is_known(string fraud, int[] judged, string why)
    {
        var rows = Short.Rows(Some.Events(At(fraud) with { Fraud = true }, At("2018-07-13 12:00:00"), At("2018-07-14 12:00:00")));
        rows.Assessed.ToArray().ShouldBe(judged, why);
    }

    [Fact]
    public void Another_cards_fraud_leaves_a_card_in() =>
        Short.Rows(Some.Events(At("2018-07-10 12:00:00") with { Fraud = true, Customer = 2 }, At("2018-07-13 12:00:00"))).Assessed.ShouldBe([1]);

    [Fact]
    public void The_earlier_fold_is_judged_from_this_ones_training_on()
    {
        Default.Earlier.Settings.TrainStart.ShouldBe(new(2018, 7, 11));
        Default.Earlier.AssessStart.ShouldBe(Default.Settings.TrainStart);
        Default.Earlier.End.ShouldBe(new(2018, 8, 1));
    }

    [Fact]
    public void The_earlier_fold_is_judged_only_where_labels_are_known_before_this_ones_judgement()
    {
        var fold = new Fold { Settings = new() { TestDays = 30 } };
        fold.Earlier.End.AddDays(fold.Settings.DelayDays).ShouldBe(fold.AssessStart);
    }

    [TrialDataFact("fraud-transactions")]
    public void The_published_split_has_the_published_sizes()
    {
        Sizes(Default).ShouldBe((67_240, 598, 58_264, 385));
        // As counted by an independent computation with numpy.
        Sizes(Default.Earlier).ShouldBe((66_928, 633, 58_505, 374));
        Sizes(new() { Settings = new() { TrainStart = new(2018, 6, 20) } }).ShouldBe((66_864, 633, 57_182, 416));
    }

    static (int Training, int TrainingFrauds, int Assessed, int AssessedFrauds) Sizes(Fold fold)
    {
        var rows = fold.Rows(PublishedTransactions.Events);
        var frauds = PublishedTransactions.Events.Columns["TX_FRAUD"].ToArray();
        var training = frauds[rows.Training];
        return (training.Length, (int)training.Sum(), rows.Assessed.Length, (int)rows.Assessed.Sum(row => frauds[row]));
    }

    static Row At(string time) => new() { Id = 0, Time = Some.Time(time), Customer = 1 };
}
