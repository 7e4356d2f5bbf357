using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Kiln.Registry;
using Npgsql;

namespace Kiln.Tests;

/// <summary>Databases that are lost, held, full or damaged: what was acknowledged is there, what was not is not, and the error says which.</summary>
public sealed class LosingTests
{
    static readonly VersionName First = new("fraud", 1, null);

    [Theory, OnSqlite, OnPostgres]
    public void A_database_that_another_holds_is_waited_for_and_then_told_of(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        RegistrySpace.Add(registry, "1");
        using (var holder = space.Connect())
        {
            RegistrySpace.Execute(holder, kept == Kept.InSqlite ? "BEGIN IMMEDIATE" : "BEGIN; SELECT pg_advisory_xact_lock(7526768903561293615)");
            Should.Throw<KilnException>(() => registry.Promote(First, ModelStage.Production, "ada")).Message.ShouldContain("another process has been writing it for too long");
            registry.Get(First).Stage.ShouldBe(ModelStage.Development);
        }
        registry.Promote(First, ModelStage.Production, "ada").Version.Stage.ShouldBe(ModelStage.Production);
        registry.Verify().ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task A_server_that_dies_amid_a_promotion_has_not_made_it()
    {
        using var server = new PostgresServer();
        using var space = new RegistrySpace(Kept.InPostgres, server);
        using (var registry = space.Open()) RegistrySpace.Add(registry, "1");
        using (var registry = ModelRegistry.Open(space.Place with { Patience = TimeSpan.FromSeconds(30) }))
        using (var holder = space.Connect())
        {
            RegistrySpace.Execute(holder, "BEGIN; SELECT pg_advisory_xact_lock(7526768903561293615)");
            var promoting = Task.Run(() => registry.Promote(First, ModelStage.Production, "ada"));
            WaitForIt(space);
            server.Crash();
            var error = await Should.ThrowAsync<KilnException>(() => promoting);
            error.What.ShouldBe("The registry cannot be used; nothing was changed.");
            error.Message.ShouldNotContain(PostgresServer.Password);
            Should.Throw<KilnException>(() => registry.List()).What.ShouldContain("cannot be used");
        }
        Should.Throw<KilnException>(() => space.Open()).Message.ShouldContain("127.0.0.1");
        server.Start();
        using var again = space.Open();
        again.History().Length.ShouldBe(1);
        again.Verify().ShouldBeEmpty();
        again.Promote(First, ModelStage.Production, "ada").Version.Stage.ShouldBe(ModelStage.Production);

        static void WaitForIt(RegistrySpace space)
        {
            using var connection = space.Connect();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
            while ((long)command.ExecuteScalar()! == 0) Thread.Sleep(10);
        }
    }

    [PostgresFact]
    public async Task A_line_that_is_cut_at_the_commit_leaves_it_unknown_and_says_so()
    {
        using var space = new RegistrySpace(Kept.InPostgres);
        using (var registry = space.Open()) RegistrySpace.Add(registry, "1");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var relaying = CutAtCommitAsync(listener);
        var through = new NpgsqlConnectionStringBuilder(space.Place.Server) { Port = ((IPEndPoint)listener.LocalEndpoint).Port, SslMode = SslMode.Disable, GssEncryptionMode = GssEncryptionMode.Disable };
        using (var registry = ModelRegistry.Open(space.Place with { Server = through.ConnectionString }))
            Should.Throw<KilnException>(() => registry.Promote(First, ModelStage.Production, "ada")).What.ShouldContain("whether the change was made is not known");
        await relaying;
        using var after = space.Open();
        after.History().Length.ShouldBe(2, "the commit had arrived");
        after.Verify().ShouldBeEmpty();
    }

    /// <summary>Hands on what is said, and hangs up once a COMMIT was handed on.</summary>
    static async Task CutAtCommitAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, PostgresServer.Shared.Port);
        var answers = server.GetStream().CopyToAsync(client.GetStream());
        var part = new byte[1 << 16];
        for (int read; (read = await client.GetStream().ReadAsync(part)) > 0;)
        {
            var isCommit = part.AsSpan(0, read).IndexOf("COMMIT"u8) >= 0;
            if (isCommit) client.Client.Shutdown(SocketShutdown.Send);
            await server.GetStream().WriteAsync(part.AsMemory(0, read));
            if (!isCommit) continue;
            await Task.Delay(200); // the server does it
            break;
        }
        client.Close();
        server.Close();
        await answers.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    [MountFact]
    public void A_full_disk_changes_nothing()
    {
        using var space = new RegistrySpace();
        var folder = Path.Combine(space.Root, "small");
        using var disk = SmallDisk.OfMegabytes(folder, 4);
        var place = new RegistryPlace(Path.Combine(folder, "registry.db"), null, Path.Combine(folder, "files"));
        using var registry = ModelRegistry.Open(place);
        RegistrySpace.Add(registry, "1");
        Fill(Path.Combine(folder, "filler"));
        var error = Should.Throw<KilnException>(() =>
        {
            for (var i = 0; i < 100; i++) registry.Alias(First, $"name{i}", "ada"); // what is left of the last page is soon used up
        });
        error.What.ShouldBe("The registry cannot be used; nothing was changed.");
        error.Message.ShouldContain("full");
        Should.Throw<KilnException>(() => registry.Files.Keep(Some.Identity("2"), kept => File.WriteAllBytes(Path.Combine(kept, "a"), new byte[1 << 16]))).What.ShouldContain("nothing was registered");
        Directory.Exists(place.Files).ShouldBeTrue();
        Directory.GetFileSystemEntries(place.Files).ShouldBeEmpty();
        var done = registry.Get(First).Aliases.Length;
        registry.History().Length.ShouldBe(1 + done);
        File.Delete(Path.Combine(folder, "filler"));
        registry.Verify().ShouldBeEmpty();
        registry.Promote(First, ModelStage.Production, "ada").Version.Stage.ShouldBe(ModelStage.Production);
    }

    [MountPostgresFact]
    public void A_full_disk_of_the_server_changes_nothing()
    {
        using var space = new RegistrySpace();
        var folder = Path.Combine(space.Root, "small");
        File.SetUnixFileMode(space.Root, File.GetUnixFileMode(space.Root) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute); // the server's user comes by
        using var disk = SmallDisk.OfMegabytes(folder, 160);
        using var server = new PostgresServer(folder);
        var place = space.Place with { File = null, Server = server.CreateDatabase(), Patience = TimeSpan.FromSeconds(30) };
        using (var registry = ModelRegistry.Open(place))
        {
            RegistrySpace.Add(registry, "1");
            Fill(Path.Combine(folder, "filler"));
            var large = Some.Document() with { Overrides = [Convert.ToBase64String(RandomNumberGenerator.GetBytes(40 << 20))] };
            var error = Should.Throw<KilnException>(() => registry.Register(large, Some.Identity("2"), "ada"));
            error.Message.ShouldNotContain(PostgresServer.Password);
        }
        File.Delete(Path.Combine(folder, "filler"));
        server.Restart();
        using var after = ModelRegistry.Open(place);
        after.History().Length.ShouldBe(1);
        after.Verify().ShouldBeEmpty();
        RegistrySpace.Add(after, "2").Number.ShouldBe(2);
    }

    [Fact]
    public void A_file_that_is_no_registry_is_refused()
    {
        using var space = new RegistrySpace();
        File.WriteAllText(space.File, new string('x', 5000));
        Should.Throw<KilnException>(() => space.Open()).What.ShouldBe("This is no registry, or a damaged one.");
        File.ReadAllText(space.File).ShouldBe(new string('x', 5000));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(5000)]
    public void A_registry_that_was_cut_short_is_told_of(int length)
    {
        using var space = new RegistrySpace().WithHistory();
        using (var file = File.OpenWrite(space.File)) file.SetLength(length);
        string found;
        try
        {
            found = space.Verify();
        }
        catch (KilnException error)
        {
            found = error.Message;
        }
        if (length == 0) found.ShouldBeEmpty("an empty file is where a registry has not begun yet");
        else found.ShouldContain("registry.db");
    }

    [Fact]
    public void Another_database_is_no_place_for_a_registry()
    {
        using var space = new RegistrySpace();
        using (var connection = space.Connect()) RegistrySpace.Execute(connection, "CREATE TABLE runs (id TEXT)");
        var bytes = File.ReadAllBytes(space.File);
        foreach (var access in Enum.GetValues<RegistryAccess>()) Should.Throw<KilnException>(() => ModelRegistry.Open(space.Place, access)).What.ShouldContain("or is none");
        File.ReadAllBytes(space.File).ShouldBe(bytes);
    }

    [Fact]
    public void Nobody_makes_a_registry_by_asking()
    {
        using var space = new RegistrySpace();
        foreach (var access in (RegistryAccess[])[RegistryAccess.Read, RegistryAccess.Change])
            Should.Throw<UsageException>(() => ModelRegistry.Open(space.Place with { File = Path.Combine(space.Root, "typed", "wrong.db") }, access)).Message.ShouldContain("typed/wrong.db");
        File.WriteAllText(space.File, "");
        Should.Throw<UsageException>(() => ModelRegistry.Open(space.Place, RegistryAccess.Read)).What.ShouldContain("There is no registry there yet");
        Directory.GetFileSystemEntries(space.Root).ShouldBe([space.File]);
        new FileInfo(space.File).Length.ShouldBe(0);
    }

    [MountFact]
    public void Whoever_may_not_write_may_read()
    {
        using var space = new RegistrySpace().WithHistory();
        var folder = Path.Combine(space.Root, "small");
        using var disk = SmallDisk.OfMegabytes(folder, 4);
        var file = Path.Combine(folder, "registry.db");
        File.Copy(space.File, file);
        using (var mount = System.Diagnostics.Process.Start("mount", ["-o", "remount,ro", folder])!) mount.WaitForExit();
        var place = space.Place with { File = file };
        using (var registry = ModelRegistry.Open(place, RegistryAccess.Read))
        {
            registry.List().Length.ShouldBe(3);
            registry.Verify().ShouldBeEmpty();
        }
        Should.Throw<KilnException>(() => ModelRegistry.Open(place, RegistryAccess.Change).Promote(new("fraud", 2, null), ModelStage.Archived, "mallory"));
    }

    [Theory, OnSqlite, OnPostgres]
    public void A_registry_of_another_layout_is_left_alone(Kept kept)
    {
        using var space = new RegistrySpace(kept).WithHistory();
        space.Tamper("UPDATE layout SET format = 2");
        Should.Throw<KilnException>(() => space.Open()).What.ShouldContain("another version of Kiln");
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told_of()
    {
        using var space = new RegistrySpace();
        File.WriteAllText(Path.Combine(space.Root, "file"), "");
        Should.Throw<KilnException>(() => ModelRegistry.Open(new(Path.Combine(space.Root, "file", "registry.db"), null, space.Root))).What.ShouldContain("cannot be used");
    }

    [Theory]
    [InlineData("Host=localhost;Database=x;Username=u;Password=s3cret;Nonsense=1")]
    [InlineData("Host=localhost;Password=ab;s3cret=1")]
    [InlineData("Host=localhost;Port=s3cret")]
    [InlineData("Password=s3cret;Database=x")]
    [InlineData("Host=localhost;Password='s3cret")]
    [InlineData("=s3cret")]
    public void A_wrong_connection_string_is_refused_and_not_repeated(string server)
    {
        using var space = new RegistrySpace();
        var error = Should.Throw<UsageException>(() => ModelRegistry.Open(new(null, server, space.Root)));
        error.What.ShouldBe("KILN_REGISTRY is no connection string of PostgreSQL.");
        error.ToString().ShouldNotContain("s3cret");
    }

    [Fact]
    public void A_server_that_is_not_there_is_told_of_without_the_password()
    {
        using var space = new RegistrySpace();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        foreach (var host in (string[])["127.0.0.1", "no-such-host.invalid"])
        {
            var error = Should.Throw<KilnException>(() => ModelRegistry.Open(new(null, $"Host={host};Port={port};Database=models;Username=u;Password=s3cret", space.Root)));
            error.Message.ShouldContain($"models on {host}");
            error.ToString().ShouldNotContain("s3cret");
        }
    }

    [PostgresFact]
    public void A_wrong_password_or_database_is_told_of_without_the_password()
    {
        using var space = new RegistrySpace(Kept.InPostgres);
        foreach (var wrong in (NpgsqlConnectionStringBuilder[])[new(space.Place.Server) { Password = "s3cret" }, new(space.Place.Server) { Database = "none" }, new(space.Place.Server) { Username = "nobody" }])
        {
            var error = Should.Throw<KilnException>(() => ModelRegistry.Open(space.Place with { Server = wrong.ConnectionString }));
            error.What.ShouldBe("The registry cannot be used; nothing was changed.");
            error.ToString().ShouldNotContain("s3cret");
            error.ToString().ShouldNotContain(PostgresServer.Password);
        }
    }

    [PostgresFact]
    public void A_user_who_may_only_read_reads()
    {
        using var space = new RegistrySpace(Kept.InPostgres).WithHistory();
        using (var connection = space.Connect())
            RegistrySpace.Execute(connection, "DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN PASSWORD 'reads'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
        var reader = new NpgsqlConnectionStringBuilder(space.Place.Server) { Username = "reader", Password = "reads" };
        using (var registry = ModelRegistry.Open(space.Place with { Server = reader.ConnectionString }))
        {
            registry.List().Length.ShouldBe(3);
            registry.Verify().ShouldBeEmpty();
            Should.Throw<KilnException>(() => registry.Promote(new("fraud", 2, null), ModelStage.Archived, "mallory")).Message.ShouldContain("permission denied");
        }
        using var owner = space.Connect();
        RegistrySpace.Execute(owner, "DROP OWNED BY reader; DROP ROLE reader");
    }

    static void Fill(string file)
    {
        try
        {
            using var filler = File.Create(file);
            while (true) filler.Write(new byte[4096]);
        }
        catch (IOException)
        {
        }
    }
}

/// <summary>A test of a server on a small disk.</summary>
sealed class MountPostgresFactAttribute : FactAttribute
{
    public MountPostgresFactAttribute() => Skip = PostgresServer.WhyNot ?? new MountFactAttribute().Skip;
}
