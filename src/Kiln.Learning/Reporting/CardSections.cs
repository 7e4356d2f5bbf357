using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Reporting;

/// <summary>The part of a page that tells how many of the cards at the top are compromised.</summary>
public static class CardSections
{
    /// <summary>Card precision day by day.</summary>
    public static PageSection Of(CardPrecision cards) => new() { Id = "cards", Heading = "Cards to investigate", Charts = [Charts.Cards(cards)] };
}
