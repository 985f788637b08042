extension ConfigurationKey {
    /// Topic files, and what is done about streams of tokens.
    var topicsEntry: (Value, String) {
        switch self {
        case .topicsFolder:
            (
                .text(""),
                "The folder with topic files (`*.yaml`, see `docs/TOPICS.md`); not set, there are "
                    + "none."
            )
        case .topicsLookSeconds:
            (
                .number(2, 1...3_600),
                "How often that folder is looked at; files that have changed are checked and served."
            )
        case .broadcastsStreamNames:
            (
                .list([
                    "token", "tokens", "delta", "chunk", "completion", "text_delta",
                    "content_delta", "content_block_delta", "message_delta",
                    "response.output_text.delta",
                ]),
                "Names of broadcasts that stream tokens: refused, unless the topic's file lists them."
            )
        default:
            (
                .choice("refuse", of: ["refuse", "allow"]),
                "What becomes of broadcasts whose text grows faster than people write."
            )
        }
    }
}
