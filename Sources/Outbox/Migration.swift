/// One step of the schema `realtime`, applied once per database in one transaction.
public struct Migration: Equatable, Sendable {
    /// Its place in the order, from 1, without gaps.
    public let version: Int

    /// What it brings, in a few words.
    public let name: String

    /// The statements, without `BEGIN` and `COMMIT`.
    public let sql: String

    /// The whole transaction as text, with the line that records it.
    ///
    /// This is what a dry run prints and what ``Migrator/apply(observe:)`` sends.
    public var transaction: String {
        """
        -- Migration \(version): \(name)
        BEGIN;
        \(sql)
        INSERT INTO realtime.schema_migrations (version, name) VALUES (\(version), '\(name)');
        COMMIT;

        """
    }
}
