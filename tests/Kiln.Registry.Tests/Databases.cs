using System.Reflection;
using Xunit.Sdk;

namespace Kiln.Tests;

/// <summary>What a registry lives in.</summary>
public enum Kept
{
    InSqlite,
    InPostgres,
}

/// <summary>Runs a test on SQLite.</summary>
sealed class OnSqliteAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[Kept.InSqlite]];
}

/// <summary>Runs a test on PostgreSQL, and skips it with the reason where there is no server.</summary>
sealed class OnPostgresAttribute : DataAttribute
{
    public OnPostgresAttribute() => Skip = PostgresServer.WhyNot!;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[Kept.InPostgres]];
}

/// <summary>A test that is of PostgreSQL only.</summary>
sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.WhyNot;
}

/// <summary>Tests that are of PostgreSQL only.</summary>
sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresServer.WhyNot;
}
