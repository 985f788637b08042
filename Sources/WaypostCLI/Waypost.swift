import ArgumentParser
import Gateway

/// The command `waypost`.
@main
struct Waypost: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waypost",
        abstract: "A realtime collaboration gateway for PostgreSQL.",
        discussion: """
            Browsers join topics over one WebSocket and see every committed change that they may \
            see. Waypost speaks the wire protocol of Supabase Realtime, so its clients connect \
            unchanged.

            Start here:
              waypost dev                    everything on this machine, with demonstration data
              waypost migrate --database-dsn "host=… user=postgres dbname=app"
              waypost serve --config waypost.yaml

            Exit codes: 0 success, 1 failure, 2 configuration, 64 wrong usage.
            """,
        version: GatewayVersion.text,
        subcommands: [
            Serve.self, Dev.self, Migrate.self, TopicsCommand.self, Token.self, Tail.self,
            Version.self,
        ]
    )
}
