import ArgumentParser
import Foundation
import Gateway
import LoadGenerator
import LoadResults
import Measuring
import UnixSignals

/// `loadtest peers`.
struct Peers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures Waypost beside other servers, by turns.",
        discussion: """
            Runs the scenario fan-out against each server in turn, round after round: the server \
            on one core, the generator on another. Prints what a delivery costs each of them in \
            processor time, and which side had no core left.

            The peers publish and subscribe and do nothing else. The scripts in loadtest/peers \
            install them from Debian and PyPI. floor is what sockets cost: one send() for each \
            delivery, in C; floor-coalescing joins what comes in one turn of its loop.

            Examples:
              loadtest peers
              loadtest peers --peers floor,waypost,nchan --subscribers 1000 --rounds 5
              loadtest peers --json peers.json > peers.md
            """
    )

    @Option(name: .long, help: "Servers, in the order of their turns.")
    var peers = PeerKind.allCases.map(\.rawValue).joined(separator: ",")

    @Option(name: .long, help: "Numbers of connections that receive each message.")
    var subscribers = "100,1000,5000"

    @Option(name: .long, help: "Deliveries a second, all subscribers together; 0 leaves it out.")
    var deliveries = 50_000

    @Option(
        name: .long,
        help: "Messages on their way at once where servers are saturated; 0 leaves it out."
    )
    var inFlight = 64

    @Option(name: .long, help: "Turns of each server.")
    var rounds = 3

    @Option(name: .long, help: "Seconds that each turn is measured.")
    var seconds = 10

    @Option(name: .long, help: "Bytes of a message's payload.")
    var bytes = 128

    @Option(name: .long, help: "The core of the servers. Default the first.")
    var serverCore = 0

    @Option(name: .long, help: "The core of the generator. Default the last.")
    var generatorCore = ProcessFigures.coreCount - 1

    @Option(name: .long, help: "The port that the peers take on loopback.")
    var port: UInt16 = 4_190

    @Option(name: .long, help: "The gateway's binary. Default beside this one.")
    var waypost: String?

    @Option(name: .long, help: "Where the figures go, as JSON.")
    var json: String?

    func run() async throws {
        let kinds = try PeerKind.list(peers)
        let counts = try Self.counts(subscribers)
        try check(kinds)
        let processes = try Self.processes(kinds, port: port)
        for process in processes.values { try await process.install() }
        var comparison = PeerComparison(
            version: GatewayVersion.text,
            command: CommandText.withoutSecrets(CommandLine.arguments),
            startedAt: Date.now.formatted(.iso8601),
            machine: Machine.description
        )
        let (moments, continuation) = AsyncStream.makeStream(of: Moment.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await measure(kinds, processes, counts) {
                        continuation.yield(.turn($0, $1))
                    }
                    continuation.finish()
                } catch {
                    continuation.yield(.failed(error))
                }
            }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                    continuation.yield(.signal)
                }
            }
            defer { group.cancelAll() }
            for await moment in moments {
                switch moment {
                case .turn(let turn, let place):
                    comparison.add(
                        turn,
                        name: place.kind.rawValue,
                        subscriberCount: place.subscriberCount,
                        load: place.load
                    )
                case .signal:
                    try finish(comparison)
                    throw ExitCode(130)
                case .failed(let error):
                    if !comparison.rows.isEmpty { try finish(comparison) }
                    throw error
                }
            }
        }
        try finish(comparison)
    }

    private enum Moment: Sendable {
        case turn(PeerTurn?, Place)
        case failed(any Error)
        case signal
    }

    /// Whose turn it is.
    private struct Place: Sendable {
        let kind: PeerKind
        let subscriberCount: Int
        let load: PeerLoad
    }

    private func finish(_ comparison: PeerComparison) throws {
        Terminal.say(PeerTable.text(comparison))
        if let json { try Self.write(comparison, to: json) }
    }

    private func measure(
        _ kinds: [PeerKind],
        _ processes: [PeerKind: PeerProcess],
        _ counts: [Int],
        tell: (PeerTurn?, Place) -> Void
    ) async throws {
        for load in loads {
            for count in counts {
                for round in 1...rounds {
                    for kind in kinds {
                        let place = Place(kind: kind, subscriberCount: count, load: load)
                        let turn = try await turn(place, processes[kind])
                        // A turn that was broken off says nothing about its server.
                        try Task.checkCancellation()
                        say(place, round: round, turn)
                        tell(turn, place)
                    }
                }
            }
        }
    }

    private var loads: [PeerLoad] {
        (deliveries > 0 ? [.deliveriesPerSecond(deliveries)] : [])
            + (inFlight > 0 ? [.saturated(inFlight: inFlight)] : [])
    }

    private static func counts(_ text: String) throws(Unusable) -> [Int] {
        try text.split(separator: ",").map { word throws(Unusable) in
            guard let count = Int(word), count > 0 else {
                throw Unusable("--subscribers \(word): give numbers of 1 and more")
            }
            return count
        }
    }

    private func check(_ kinds: [PeerKind]) throws(Unusable) {
        let cores = 0..<ProcessFigures.coreCount
        guard cores.contains(serverCore), cores.contains(generatorCore) else {
            throw Unusable("this machine has the cores 0 to \(cores.upperBound - 1)")
        }
        guard serverCore != generatorCore else {
            throw Unusable("servers and generator need a core each, and both have \(serverCore)")
        }
        guard !kinds.isEmpty, rounds > 0, seconds > 0, !loads.isEmpty else {
            throw Unusable("there is nothing to do: leave out what is empty or 0")
        }
    }

    private static func processes(
        _ kinds: [PeerKind],
        port: UInt16
    ) throws(Unusable) -> [PeerKind: PeerProcess] {
        let places = ["loadtest/peers"] + OwnBinary.near("loadtest/peers")
        var processes: [PeerKind: PeerProcess] = [:]
        for kind in kinds {
            guard let script = kind.script else { continue }
            guard let folder = places.first(where: { isScript("\($0)/\(script)") }) else {
                throw Unusable("there is no loadtest/peers/\(script): run it in the checkout")
            }
            let path = URL(filePath: "\(folder)/\(script)").path(percentEncoded: false)
            processes[kind] = PeerProcess(script: path, port: port)
        }
        return processes
    }

    private static func isScript(_ path: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: path)
    }

    /// One run of this very program against one server.
    private func turn(_ place: Place, _ process: PeerProcess?) async throws -> PeerTurn? {
        let scenario = PeerScenario(
            subscriberCount: place.subscriberCount,
            load: place.load,
            seconds: seconds,
            byteCount: bytes
        )
        guard let process else {
            return try await scenario.run(
                ["--server-cores", "\(serverCore)"] + generatorCores
                    + (waypost.map { ["--waypost", $0] } ?? [])
            )
        }
        return try await process.serve(
            core: serverCore,
            place.kind.arguments
        ) { [generatorCores] in
            let node = [
                "--url", "http://127.0.0.1:\(process.port)", "--server-process", "\($0)",
                "--dialect", place.kind.dialect.rawValue,
            ]
            return try await scenario.run(node + generatorCores)
        }
    }

    private var generatorCores: [String] {
        ["--generators", "1", "--generator-cores", "\(generatorCore)"]
    }

    private func say(_ place: Place, round: Int, _ turn: PeerTurn?) {
        let figures = turn.map {
            let cost = ($0.microsecondsPerDelivery * 100).rounded() / 100
            return "\(cost) µs per delivery, \(Int($0.deliveriesPerSecond)) deliveries/s"
        }
        Terminal.warn(
            "loadtest: round \(round) of \(rounds), \(place.kind.rawValue), "
                + "\(place.subscriberCount) subscribers, \(place.load): "
                + (figures ?? "nothing arrived")
        )
    }

    private static func write(_ comparison: PeerComparison, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        do {
            try encoder.encode(comparison).write(to: URL(filePath: path))
        } catch {
            throw Unusable("--json \(path) could not be written: \(error)")
        }
    }
}
