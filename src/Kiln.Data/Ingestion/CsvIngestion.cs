using System.Text;

namespace Kiln.Data;

/// <summary>Turns a CSV file, plain or gzip, into a table, and holds it to its contract. Several may run at once.</summary>
public sealed class CsvIngestion
{
    readonly DataContract _contract;
    readonly string _path;
    readonly CsvReader _reader;
    readonly Rejects _rejects;
    readonly FieldParser[] _parsers;
    readonly FieldParser[] _key;
    readonly Dictionary<string, long> _lineOfKey = new(StringComparer.Ordinal);
    int[] _parserOfField = [];
    long _rows;

    CsvIngestion(DataContract contract, string path, CsvSource source)
    {
        (_contract, _path, _reader) = (contract, path, new(source, path));
        _rejects = new(contract.OnReject == RejectPolicy.Keep);
        _parsers = [.. contract.Columns.Select(FieldParser.For)];
        _key = [.. contract.UniqueKey.Select(name => _parsers.First(parser => parser.Rule.Name == name))];
    }

    /// <summary>
    /// Reads a file whose first line names the contract's columns, in any order, and writes its rows in the contract's order.
    /// Empty fields are missing values. Empty lines are passed over, unless the contract has one column only.
    /// </summary>
    /// <param name="contract">What the file promises.</param>
    /// <param name="csv">The file, UTF-8, commas, LF or CRLF; gzip or not.</param>
    /// <param name="accepted">The table to write.</param>
    /// <param name="rejects">
    /// The table of rejected records to write: line, column, reason and text; it may have no rows. Needed with <see cref="RejectPolicy.Keep"/>.
    /// </param>
    /// <exception cref="ContractException">The file breaks its contract; nothing is written.</exception>
    public static IngestReport Run(DataContract contract, string csv, Table accepted, Table? rejects = null)
    {
        if (contract.OnReject == RejectPolicy.Keep && rejects is null) throw Errors.NoRejectsTable(csv);
        using var source = new CsvSource(csv);
        var ingestion = new CsvIngestion(contract, csv, source);
        ingestion.ReadHeader();
        while (ingestion._reader.Read()) ingestion.ReadRow();
        ingestion.CheckWhole();
        return ingestion.Write(accepted, rejects);
    }

    void ReadHeader()
    {
        if (!_reader.Read()) throw Errors.EmptyCsv(_path);
        var header = new string[_reader.FieldCount];
        for (var i = 0; i < header.Length; i++) header[i] = Encoding.UTF8.GetString(_reader[i]);
        header[0] = header[0].TrimStart('\uFEFF');

        var known = _contract.Columns.Select(column => column.Name).ToArray();
        if (_reader.Problem is { } problem) throw Errors.WrongHeader(_path, problem, header);
        if (known.Except(header).FirstOrDefault() is { } missing)
            throw Errors.WrongHeader(_path, $"the column {missing} is missing{Errors.Hint(missing, header.Except(known))}", header);
        if (header.Except(known).FirstOrDefault() is { } extra)
            throw Errors.WrongHeader(_path, $"the contract knows no column {Errors.Visible(extra)}", header);
        if (header.Length != known.Length) throw Errors.WrongHeader(_path, "a column is named twice", header);
        _parserOfField = [.. header.Select(name => Array.IndexOf(known, name))];
    }

    void ReadRow()
    {
        if (_reader.Raw.IsEmpty && _parsers.Length > 1) return;
        if (++_rows > _contract.MaxRows) throw Errors.WrongRowCount(_path, _rows, _contract);
        if (_reader.Problem is { } problem) Reject("", problem, problem, _reader.Raw);
        else if (_reader.FieldCount != _parsers.Length)
            Reject("", $"{_reader.FieldCount} fields instead of {_parsers.Length}", "wrong number of fields", _reader.Raw);
        else if (FieldsHold() && KeyIsNew())
            foreach (var parser in _parsers) parser.Accept();
    }

    bool FieldsHold()
    {
        for (var field = 0; field < _parserOfField.Length; field++)
        {
            var parser = _parsers[_parserOfField[field]];
            if (parser.Check(_reader[field], _reader.IsQuoted(field)) is not { } rule) continue;
            Reject(parser.Rule.Name, rule, rule, _reader[field]);
            return false;
        }
        return true;
    }

    bool KeyIsNew()
    {
        if (_key.Length == 0) return true;
        // With lengths, no two different keys are the same text.
        var key = _key.Length == 1 ? _key[0].Key : string.Concat(_key.Select(parser => $"{parser.Key.Length}:{parser.Key}"));
        if (_lineOfKey.TryAdd(key, _reader.Line)) return true;
        var columns = string.Join(", ", _contract.UniqueKey);
        var value = string.Join(", ", _key.Select(parser => parser.Key.TrimStart('=')));
        Reject(columns, $"the key of line {_lineOfKey[key]:N0} again", "a key that was there before", Encoding.UTF8.GetBytes(value));
        return false;
    }

    void Reject(string column, string rule, string reason, ReadOnlySpan<byte> value) => _rejects.Add(
        new(_reader.Line, column, rule, _rejects.First is null ? Errors.Visible(Encoding.UTF8.GetString(value)) : ""), reason, _reader.Raw);

    void CheckWhole()
    {
        if (_rejects.First is { } first)
        {
            if (_contract.OnReject == RejectPolicy.Fail) throw Errors.ContractBroken(_path, first, _rejects.Count - 1);
            var most = _contract.MaxRejectedShare;
            if ((double)_rejects.Count / _rows > most) throw Errors.TooManyRejects(_path, first, (_rejects.Count, _rows), most);
        }
        if (_rows < _contract.MinRows || _rows > _contract.MaxRows) throw Errors.WrongRowCount(_path, _rows, _contract);
    }

    IngestReport Write(Table accepted, Table? rejects)
    {
        using (var writer = accepted.Create(_parsers.Select(parser => new ColumnSchema(parser.Rule.Name, parser.Rule.Type))))
        {
            writer.Append(_parsers.Select(parser => parser.ToColumn()).ToArray());
            writer.Complete([.. _contract.Order]);
        }
        rejects?.Write(_rejects.ToColumns());
        return new()
        {
            RowsRead = _rows,
            RowsAccepted = _rows - _rejects.Count,
            RowsRejected = _rejects.Count,
            Rejects = _rejects.Counts,
            Columns = [.. _parsers.Select(parser => parser.Summary)],
        };
    }
}
