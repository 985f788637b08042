import ArgumentParser

/// `waypost topics`.
struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "Work with topic files: who may join which topics, and what these carry.",
        discussion: """
            A topic file is YAML and describes one family of topics, such as trip:{trip_id}. \
            docs/TOPICS.md begins with an empty file and ends with a live page.

            Examples:
              waypost topics list
              waypost topics list --folder topics --json
              waypost topics check --database-dsn "host=db user=postgres dbname=app"
              waypost topics apply --database-dsn "host=db user=postgres dbname=app"
              waypost topics explain trip:42 --as 6e1f…

            Everything that is wrong with the files is told by file and line, with exit code 1.
            """,
        subcommands: [
            TopicsList.self, TopicsCheck.self, TopicsPlan.self, TopicsApply.self, TopicsDiff.self,
            TopicsTypes.self, TopicsExplain.self,
        ]
    )
}
