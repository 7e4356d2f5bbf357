using System.Data.Common;

namespace Kiln.Registry.Storing;

/// <summary>The database that a registry lives in: the same statements, whichever it is. One thread at a time.</summary>
/// <param name="connection">Closed.</param>
abstract class RegistryDatabase(DbConnection connection) : IDisposable
{
    /// <summary>Where it is, for people: without a password.</summary>
    public abstract string Place { get; }

    /// <summary>The type of bytes.</summary>
    protected abstract string Bytes { get; }

    /// <summary>Begins a transaction that no other writes beside.</summary>
    protected abstract void BeginAlone();

    /// <summary>Whether there are tables yet.</summary>
    protected abstract bool HasTables();

    /// <summary>Statements by which the database itself refuses to change or delete lines of the history.</summary>
    protected abstract string AppendOnly { get; }

    /// <summary>Begins a transaction in which all that is read is of one moment.</summary>
    protected abstract string BeginLook { get; }

    /// <summary>What is not as it was made of the triggers and indexes by which the database keeps the registry's promises, a sentence each.</summary>
    public abstract IEnumerable<string> GuardFaults();

    /// <summary>What the database itself finds wrong in its pages, a sentence each.</summary>
    public virtual IEnumerable<string> Faults() => [];

    /// <summary>What went wrong, for people.</summary>
    protected abstract KilnException Explained(DbException error);

    /// <param name="mayMake">Whether a registry is made where there is none.</param>
    /// <exception cref="KilnException">It cannot be reached, is not there, or holds something else.</exception>
    public void Open(bool mayMake)
    {
        Guarded(() =>
        {
            connection.Open();
            Prepare();
            if (HasTables())
            {
                PrepareToWrite();
                return;
            }
            if (HoldsOther()) throw RegistryErrors.OtherLayout(Place);
            if (!mayMake) throw RegistryErrors.NoRegistry(Place);
            PrepareToWrite();
            try
            {
                BeginAlone();
                if (!HasTables()) Execute(RegistryLayout.Tables.Replace("BYTES", Bytes, StringComparison.Ordinal) + AppendOnly);
                Execute("COMMIT");
            }
            catch
            {
                RollBack();
                throw;
            }
        });
        if (Query("SELECT format FROM layout", row => row.GetInt64(0)) is not [RegistryLayout.Format]) throw RegistryErrors.OtherLayout(Place);
    }

    /// <summary>Sets up a connection that was opened.</summary>
    protected virtual void Prepare()
    {
    }

    /// <summary>Whether there is something else in the place of a registry.</summary>
    protected virtual bool HoldsOther() => false;

    /// <summary>Sets up a connection to what is known to be a registry, or to become one, where it may be written.</summary>
    protected virtual void PrepareToWrite()
    {
    }

    /// <summary>Reads as of one moment, whatever others write meanwhile.</summary>
    public T Look<T>(Func<T> work) => Guarded(() =>
    {
        try
        {
            Execute(BeginLook);
            return work();
        }
        finally
        {
            RollBack();
        }
    });

    /// <summary>Does something whole or not at all, while nobody else writes.</summary>
    public T Alone<T>(Func<T> work) => Guarded(() =>
    {
        var isCommitting = false;
        try
        {
            BeginAlone();
            var result = work();
            isCommitting = true;
            Execute("COMMIT");
            return result;
        }
        catch (Exception error)
        {
            RollBack();
            if (isCommitting && error is DbException lost && connection.State != System.Data.ConnectionState.Open) throw RegistryErrors.Unknown(Place, lost);
            throw;
        }
    });

    /// <summary>The rows of a query.</summary>
    /// <exception cref="KilnException">A row holds what cannot be read so.</exception>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return Guarded(() =>
        {
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
                try
                {
                    rows.Add(read(reader));
                }
                catch (Exception error) when (RegistryRows.IsStrange(error))
                {
                    throw RegistryErrors.Strange(Place, error);
                }
            return rows;
        });
    }

    /// <summary>Runs a statement; gives how many rows it touched.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    public void Dispose() => connection.Dispose();

    DbCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // every text given here is a literal of this assembly; values are bound
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }
        return command;
    }

    void Guarded(Action work) => Guarded(() =>
    {
        work();
        return true;
    });

    T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (DbException error)
        {
            throw Explained(error);
        }
        catch (InvalidOperationException error) when (connection.State != System.Data.ConnectionState.Open)
        {
            throw RegistryErrors.Unreachable(Place, error.Message, error);
        }
    }

    /// <summary>A full disk and a lost server end a transaction by themselves.</summary>
    void RollBack()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (Exception error) when (error is DbException or InvalidOperationException or ObjectDisposedException or IOException)
        {
            // It is over already, and what ended it is on its way.
        }
    }
}
