extension SchemaMigrations {
    /// Marks which rows of the outbox say what happened to a row of the domain.
    ///
    /// A row that moves from one topic to another is told to both, by rows of their own; exactly
    /// one row of each change is what `postgres_changes` serves.
    static let publishedSQL = #"""
        SET LOCAL ROLE waypost;
        ALTER TABLE realtime.changes ADD COLUMN published boolean NOT NULL DEFAULT false;
        COMMENT ON COLUMN realtime.changes.published IS
            'Whether this row says what happened, whatever topics it left or entered by it.';
        """#
}
