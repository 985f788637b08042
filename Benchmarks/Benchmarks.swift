import ArgumentParser

/// Measurements of the gateway, each with what it is compared to in the same run.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Benchmarks",
        abstract: "Measure Waypost beside what limits it, in one run.",
        discussion: """
            Each subcommand starts a private PostgreSQL, does a fixed amount of work, and prints \
            both sides with their spread. Times of one run mean little on a busy machine; ratios \
            mean more.

            Build and run from the checkout:
              swift build -c release
              .build/release/Benchmarks latency

            Instructions and heap blocks of the codec are measured by Benchmarks/Budgets/check.
            """,
        subcommands: [
            Latency.self, Writers.self, Bulk.self, Window.self, Fanout.self, Idle.self, Joins.self,
            Flood.self, RowAnswers.self,
        ]
    )
}
