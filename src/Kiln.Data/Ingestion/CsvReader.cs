using System.Buffers;

namespace Kiln.Data;

/// <summary>
/// Splits CSV as RFC 4180 has it (comma, double quotes, LF or CRLF) into records with the line each starts on. DuckDB's reader is not
/// used because it tells lines only of rows it cannot parse itself, and rounds 5.7 to the integer 6 without a word.
/// </summary>
sealed class CsvReader(CsvSource source, string path)
{
    const int LongestRecord = 1 << 20;

    static readonly SearchValues<byte> Special = SearchValues.Create(",\n\""u8);

    readonly List<Field> _fields = [];
    byte[] _buffer = new byte[1 << 16];
    byte[] _unescaped = [];
    int _unescapedCount;
    int _start;
    int _end;
    int _next;
    bool _ended;
    long _nextLine = 1;

    /// <summary>The line, counted from 1, on which the record starts.</summary>
    public long Line { get; private set; }

    public int FieldCount => _fields.Count;

    /// <summary>What is wrong with the record's quotes, if anything.</summary>
    public string? Problem { get; private set; }

    /// <summary>The record's bytes as they stand in the file, without the end of the line.</summary>
    public ReadOnlySpan<byte> Raw => _buffer.AsSpan(_start.._next).TrimEnd("\r\n"u8);

    /// <summary>A field without its quotes; valid until the next record.</summary>
    public ReadOnlySpan<byte> this[int field] => _fields[field] is var f && f.Unescaped
        ? _unescaped.AsSpan(f.Start, f.Length)
        : _buffer.AsSpan(f.Start, f.Length);

    public bool IsQuoted(int field) => _fields[field].Quoted;

    /// <summary>Moves to the next record; false at the end.</summary>
    public bool Read()
    {
        _start = _next;
        Line = _nextLine;
        while (true)
        {
            if (_start < _end && TryRecord()) break;
            if (_ended && _start == _end) return false;
            Fill();
        }
        _nextLine += _buffer.AsSpan(_start.._next).Count((byte)'\n');
        return true;
    }

    /// <summary>Finds the fields of the record at _start; false when the buffer ends before it does.</summary>
    bool TryRecord()
    {
        _fields.Clear();
        _unescapedCount = 0;
        Problem = null;
        var at = _start;
        while (true)
        {
            var from = at;
            if (at < _end && _buffer[at] == '"')
            {
                if (!TryQuoted(ref at)) return false;
            }
            else
            {
                if (!TryPlain(ref at)) return false;
                _fields.Add(new(from, WithoutReturn(from, at) - from, false, false));
            }
            if (at == _end || _buffer[at] == '\n')
            {
                _next = Math.Min(at + 1, _end);
                return true;
            }
            at++;
        }
    }

    /// <summary>Moves to the comma, the line's end or the last record's end behind an unquoted field.</summary>
    bool TryPlain(ref int at)
    {
        while (true)
        {
            var found = _buffer.AsSpan(at.._end).IndexOfAny(Special);
            at = found < 0 ? _end : at + found;
            if (at == _end) return _ended;
            if (_buffer[at] != '"') return true;
            Problem ??= "a quote inside a field that is not quoted";
            at++;
        }
    }

    bool TryQuoted(ref int at)
    {
        var from = ++at;
        var escapes = 0;
        while (true)
        {
            var found = _buffer.AsSpan(at.._end).IndexOf((byte)'"');
            if (found < 0)
            {
                if (!_ended) return false;
                Problem ??= "a quote is not closed";
                _fields.Add(new(from, _end - from, true, false));
                at = _end;
                return true;
            }
            at += found + 1;
            if (at == _end && !_ended) return false;
            if (at == _end || _buffer[at] != '"') break;
            escapes++;
            at++;
        }

        AddQuoted(from, at - 1 - from, escapes);
        var behind = at;
        if (!TryPlain(ref at)) return false;
        if (WithoutReturn(behind, at) > behind) Problem ??= "text behind a closing quote";
        return true;
    }

    void AddQuoted(int from, int length, int escapes)
    {
        if (escapes == 0)
        {
            _fields.Add(new(from, length, true, false));
            return;
        }
        var start = _unescapedCount;
        var room = start + length;
        if (_unescaped.Length < room) Array.Resize(ref _unescaped, Math.Max(_unescaped.Length * 2, room));
        for (var i = from; i < from + length; i++)
        {
            _unescaped[_unescapedCount++] = _buffer[i];
            if (_buffer[i] == '"') i++;
        }
        _fields.Add(new(start, _unescapedCount - start, true, true));
    }

    int WithoutReturn(int from, int to) => to > from && _buffer[to - 1] == '\r' && (to == _end || _buffer[to] == '\n') ? to - 1 : to;

    void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_end, _start, _next) = (_end - _start, 0, 0);
        }
        if (_end > LongestRecord) throw Errors.RecordTooLong(path, Line, LongestRecord);
        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = source.Read(_buffer.AsSpan(_end));
        _ended = read == 0;
        _end += read;
    }

    readonly record struct Field(int Start, int Length, bool Quoted, bool Unescaped);
}
