namespace Kiln.Pipelines.Fraud;

/// <summary>One simulated payment.</summary>
public readonly record struct Transaction
{
    /// <summary>Unique, and increasing with time.</summary>
    public required long Id { get; init; }

    /// <summary>Seconds since midnight.</summary>
    public required int SecondOfDay { get; init; }

    /// <summary>Whose card.</summary>
    public required int CustomerId { get; init; }

    /// <summary>Where it was used.</summary>
    public required int TerminalId { get; init; }

    /// <summary>The amount in cents.</summary>
    public required int Cents { get; init; }

    /// <summary>Genuine, or which kind of fraud.</summary>
    public required FraudScenario Scenario { get; init; }
}

/// <summary>Why a transaction is fraudulent; the numbers are those of the TX_FRAUD_SCENARIO column.</summary>
public enum FraudScenario
{
    /// <summary>Not fraud.</summary>
    Genuine = 0,

    /// <summary>An amount over 220.</summary>
    LargeAmount = 1,

    /// <summary>A compromised terminal.</summary>
    CompromisedTerminal = 2,

    /// <summary>A compromised customer: the amount is multiplied by five.</summary>
    CompromisedCustomer = 3,
}
