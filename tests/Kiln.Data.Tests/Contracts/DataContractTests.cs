namespace Kiln.Data.Tests.Contracts;

public class DataContractTests : TemporaryFolder
{
    DataContract Read(string yaml)
    {
        File.WriteAllText(PathOf("contract.yaml"), yaml);
        return DataContract.FromYaml(PathOf("contract.yaml"));
    }

    [Fact]
    public void Everything_a_contract_can_say_is_read()
    {
        var contract = Read("""
            columns:
              - name: ID
                type: bigint
              - { name: AMOUNT, type: "decimal(9,2)", nullable: true, min: 0, max: 99.5 }
              - { name: KIND, type: text, allowed: [a, b], pattern: "[ab]" }
              - { name: ON, type: date, min: 2018-04-01 }
            uniqueKey: [ID]
            order: [ON, ID]
            rows: { min: 1, max: 10 }
            onReject: keep
            maxRejectedShare: 0.01
            """);

        contract.Columns[1].Type.ShouldBe(ColumnType.Decimal(9, 2));
        contract.Columns[1].Nullable.ShouldBeTrue();
        contract.Columns[1].Max.ShouldBe("99.5");
        contract.Columns[2].Allowed.ShouldBe(["a", "b"]);
        contract.Columns[2].Pattern.ShouldBe("[ab]");
        contract.UniqueKey.ShouldBe(["ID"]);
        contract.Order.ShouldBe(["ON", "ID"]);
        (contract.MinRows, contract.MaxRows).ShouldBe((1, 10));
        contract.OnReject.ShouldBe(RejectPolicy.Keep);
        contract.MaxRejectedShare.ShouldBe(0.01);
    }

    [Theory]
    [InlineData("colums: []", "colums is unknown here; did you mean columns?", 1)]
    [InlineData("columns:\n  - { name: A, type: text }\nonreject: keep", "did you mean onReject?", 3)]
    [InlineData("columns:\n  - { name: A, tpye: text }", "did you mean type?", 2)]
    [InlineData("columns:\n  - { name: A, type: int64 }", "int64 is no type", 2)]
    [InlineData("columns:\n  - { name: A, type: 'decimal(19,2)' }", "1 to 18 digits", 2)]
    [InlineData("columns:\n  - { name: A, type: integer, min: x }", "min: x is not an integer", 2)]
    [InlineData("columns:\n  - { name: A, type: integer, allowed: [1, b] }", "allowed: b is not an integer", 2)]
    [InlineData("columns:\n  - { name: A, type: integer, pattern: a }", "only text has a pattern", 2)]
    [InlineData("columns:\n  - { name: A, type: text, pattern: '(' }", "pattern", 2)]
    [InlineData("columns:\n  - { name: A, type: text, nullable: 3 }", "true or false", 2)]
    [InlineData("columns:\n  - { name: A }", "type is missing", 2)]
    [InlineData("columns:\n  - { name: A, type: text }\n  - { name: A, type: text }", "two columns are called A", 2)]
    [InlineData("columns:\n  - { name: ABLE, type: text }\nuniqueKey: [ABEL]", "did you mean ABLE?", 3)]
    [InlineData("columns:\n  - { name: A, type: text }\nrows: { min: 5, max: 3 }", "min is larger than max", 3)]
    [InlineData("columns:\n  - { name: A, type: text }\nmaxRejectedShare: 2", "from 0 to 1", 3)]
    [InlineData("columns: []", "at least one column", 1)]
    [InlineData("columns: {", "contract is wrong", 2)]
    [InlineData("", "empty", 1)]
    [InlineData("- a", "names with values", 1)]
    public void A_wrong_contract_names_the_file_the_line_and_what_is_wrong(string yaml, string what, int line)
    {
        var error = Should.Throw<ContractFileException>(() => Read(yaml));

        error.ExitCode.ShouldBe(ExitCode.Usage);
        error.Message.ShouldContain(what);
        error.Message.ShouldContain("contract.yaml");
        error.Message.ShouldMatch($@"(?m)^  line\s+{line}$");
    }

    [Fact]
    public void A_missing_contract_is_named() =>
        Should.Throw<ContractFileException>(() => DataContract.FromYaml(PathOf("none.yaml"))).Message.ShouldContain("none.yaml");
}
