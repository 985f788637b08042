import ArgumentParser

@main
struct Loadtest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loadtest",
        abstract: "Simulates many people on a Waypost or Supabase Realtime server, and checks."
    )
}
