/// Every migration that this version of Waypost knows, in order.
///
/// A migration that was released is never edited; what it lacks comes with the next one.
public enum SchemaMigrations {
    /// The migrations by version, from 1 on.
    public static let all: [Migration] = [
        Migration(version: 1, name: "roles, schema auth, schema realtime", sql: rolesSQL),
        Migration(version: 2, name: "outbox tables and their rights", sql: tablesSQL),
        Migration(version: 3, name: "doorbell and functions for senders", sql: functionsSQL),
        Migration(version: 4, name: "changes that are published", sql: publishedSQL),
        Migration(version: 5, name: "indexes for replays of changes", sql: replaySQL),
        Migration(version: 6, name: "whom changes concern", sql: concernsSQL),
    ]

    /// The version that a database has when all of them are applied.
    public static let latestVersion = all.count
}
