extension SchemaMigrations {
    /// Makes the indexes by which a topic's changes are found, newest first.
    ///
    /// A change names its topics in a list, of which nearly all have one entry or two. An index on
    /// each of these two places has a topic's changes in order, so that the newest are found
    /// without the others; a change with one topic pays for one of them, a change without any for
    /// none. The third index has the few with more, in no order.
    static let replaySQL = #"""
        SET LOCAL ROLE waypost;
        CREATE INDEX changes_topic_1 ON realtime.changes ((topics[1]), seq)
            WHERE topics[1] IS NOT NULL;
        CREATE INDEX changes_topic_2 ON realtime.changes ((topics[2]), seq)
            WHERE topics[2] IS NOT NULL;
        CREATE INDEX changes_topics ON realtime.changes USING gin (topics)
            WITH (fastupdate = off) WHERE cardinality(topics) > 2;
        """#
}
