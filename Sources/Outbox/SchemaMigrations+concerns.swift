extension SchemaMigrations {
    /// Lets a row of the outbox say whose memberships a statement may have changed, and of a row
    /// that was deleted for a topic that it only moved away.
    ///
    /// Both columns cost the rows of before nothing: they are not written again.
    static let concernsSQL = #"""
        SET LOCAL ROLE waypost;
        ALTER TABLE realtime.changes ADD COLUMN moved boolean NOT NULL DEFAULT false,
            ADD COLUMN concerns text[];
        COMMENT ON COLUMN realtime.changes.moved IS
            'Whether the row left these topics for others of the same families.';
        COMMENT ON COLUMN realtime.changes.concerns IS
            'Whose memberships the statement may have changed: topic, member and effect in turn. '
            'A topic is a name, `family:*`, `*:part` or `*`; no member means all; the effect is '
            '`end` where the topic''s own row is gone.';
        """#
}
