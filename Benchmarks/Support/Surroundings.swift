import ArgumentParser
import Measuring

/// Where the programs are that a measurement runs, and on which cores.
struct Surroundings: ParsableArguments {
    @Option(name: .long, help: "The gateway's binary, built for release.")
    var waypost = ".build/release/waypost"

    @Option(name: .long, help: "The folder with the demonstration domain's SQL.")
    var topics = "topics"

    @Option(name: .long, help: "The core that the gateway is pinned to; -1 leaves it free.")
    var gatewayCore = 1

    @Option(name: .long, help: "The core that the measuring side is pinned to; -1 leaves it free.")
    var ownCore = 0

    /// Pins this process and says what is known about the machine.
    func begin(_ name: String, _ workload: String) async throws {
        try await Core.pin(processID: ProcessFigures.ownProcessID, to: ownCore)
        Report.say("\(name): \(workload)")
        let cores = "gateway on core \(Core.name(gatewayCore)), we on \(Core.name(ownCore))"
        Report.say(
            "\(ProcessFigures.coreCount) cores, load \(ProcessFigures.loadAverages); \(cores)"
        )
    }
}
