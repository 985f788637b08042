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

            Everything that is wrong with the files is told by file and line, with exit code 1.
            """,
        subcommands: [
            TopicsList.self, TopicsTypes.self,
        ]
    )
}
