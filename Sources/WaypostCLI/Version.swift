import ArgumentParser
import Gateway
import Glibc

/// `waypost version`.
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the version.",
        discussion: """
            Example:
              waypost version
            """
    )

    func run() throws {
        Terminal.say(GatewayVersion.text)
    }
}
