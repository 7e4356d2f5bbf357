namespace Kiln.Registry.Storing;

/// <summary>The registry's tables. The history is the truth; versions and aliases are what it comes to, and documents are held by hashes in it.</summary>
static class RegistryLayout
{
    public const long Format = 1;

    /// <summary>The index that keeps a model from having two versions in production.</summary>
    public const string OneProduction = "one_production";

    /// <summary><c>BYTES</c> stands for the database's type. The unique index is what keeps a model from having two versions in production, whatever the program does.</summary>
    public const string Tables = """
        CREATE TABLE layout (format BIGINT NOT NULL);
        INSERT INTO layout VALUES (1);
        CREATE TABLE history (
            seq BIGINT PRIMARY KEY, written TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, model TEXT NOT NULL, version BIGINT NOT NULL, detail TEXT NOT NULL,
            previous TEXT NOT NULL, hash TEXT NOT NULL);
        CREATE INDEX history_of_model ON history (model, seq);
        CREATE INDEX history_of_version ON history (model, version, seq);
        CREATE TABLE head (id BIGINT PRIMARY KEY CHECK (id = 1), seq BIGINT NOT NULL, hash TEXT NOT NULL);
        INSERT INTO head VALUES (1, 0, '');
        CREATE TABLE versions (
            model TEXT NOT NULL, number BIGINT NOT NULL, stage TEXT NOT NULL, identity TEXT NOT NULL, document TEXT NOT NULL, gate TEXT NOT NULL, dirty BIGINT NOT NULL,
            git_commit TEXT NOT NULL, run TEXT NOT NULL, metrics TEXT NOT NULL, registered TEXT NOT NULL, registered_by TEXT NOT NULL, moved BIGINT NOT NULL,
            PRIMARY KEY (model, number), UNIQUE (model, identity));
        CREATE UNIQUE INDEX one_production ON versions (model) WHERE stage = 'Production';
        CREATE INDEX versions_by_move ON versions (moved);
        CREATE INDEX versions_of_model_by_move ON versions (model, moved);
        CREATE TABLE aliases (model TEXT NOT NULL, alias TEXT NOT NULL, number BIGINT NOT NULL, PRIMARY KEY (model, alias));
        CREATE TABLE documents (hash TEXT PRIMARY KEY, content BYTES NOT NULL);

        """;
}
