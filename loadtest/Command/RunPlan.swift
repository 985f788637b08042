import Foundation
import LoadGenerator
import LoadResults
import LoadScenarios
import Measuring
import Tokens
import WebSocketClient
import WebSocketServer

/// A run as it was asked for, checked as far as that can be done before anything is started.
struct RunPlan: Sendable {
    let file: ScenarioFolder.File
    let scenario: Scenario
    let objectives: [Objective]
    let layout: CoreLayout
    let generatorCount: Int
    let sources: [String]
    let serializers: [Int]
    let seed: UInt64

    init(_ options: RunOptions) throws {
        let folder = try ScenarioFolder(options.scenarios)
        file = try folder.file(of: options.scenario)
        layout = try CoreLayout(coreCount: ProcessFigures.coreCount, options.generating)
        generatorCount = options.generating.generators ?? max(1, layout.generating.count)
        guard (1...Self.generatorCountMax).contains(generatorCount) else {
            throw Unusable("--generators \(generatorCount): give 1 to \(Self.generatorCountMax)")
        }
        let capacity = Capacity(
            generatorCount: generatorCount,
            loopCount: options.serving.url == nil ? layout.loopCount : 0,
            descriptorCountMax: DescriptorLimit.raise(ceiling: .max),
            availableByteCount: Machine.availableByteCount
        )
        do {
            scenario = try Scenario.read(
                text: file.text,
                name: file.name,
                settings: try Self.pairs(options.set, option: "--set"),
                mostSessions: min(capacity.connectionCountMax, Scenario.sessionCountMax)
            )
        } catch let failure as ScenarioFailure {
            throw Unusable("\(failure)")
        }
        try capacity.check(scenario.connectionCount)
        do {
            objectives = try Objective.read(options.results.slo.map { [$0] } ?? scenario.objectives)
        } catch {
            throw Unusable("--slo: \(error)")
        }
        serializers = options.generating.serializer
        guard serializers.allSatisfy([1, 2].contains) else {
            throw Unusable("--serializer: there are 1 and 2")
        }
        seed = options.seed
        sources = try SourceAddresses.choose(
            options.generating.sources,
            isLoopback: try options.serving.url.map(Self.isLoopback) ?? true,
            connectionCount: scenario.connectionCount,
            portCount: Machine.portCount
        )
    }

    private static let generatorCountMax = 256

    /// Takes `name=value` apart.
    static func pairs(_ texts: [String], option: String) throws(Unusable) -> [String: String] {
        var pairs: [String: String] = [:]
        for text in texts {
            guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
                throw Unusable("\(option) \(text): write it like \(option) name=value")
            }
            let name = String(text[..<sign])
            guard pairs.updateValue(String(text[text.index(after: sign)...]), forKey: name) == nil
            else { throw Unusable("\(option) \(name) is given twice") }
        }
        return pairs
    }

    /// The parts of a URL.
    static func address(_ url: String) throws(Unusable) -> WebSocketAddress {
        do {
            return try WebSocketAddress(url)
        } catch {
            throw Unusable("--url \(url): write it like http://127.0.0.1:4000 (\(error))")
        }
    }

    private static func isLoopback(_ url: String) throws(Unusable) -> Bool {
        let host = try address(url).host
        return host == "localhost" || host.hasPrefix("127.")
    }

    /// What a generator, or the writers by their number, is told first.
    func assignment(_ number: Int, _ target: ServerUnderTest) -> Assignment {
        var assignment = Assignment(
            scenario: file.text,
            scenarioName: file.name,
            url: target.url
        )
        // All of them, so that generators need not know what the machine can hold.
        assignment.settings = parameters
        assignment.generator = number
        assignment.generatorCount = generatorCount
        assignment.dialect = target.dialect
        assignment.tokenSecret = target.tokenSecret
        assignment.apiKey = target.apiKey ?? anonymousKey(target)
        assignment.sourceAddresses = sources
        assignment.certificateFile = target.certificateFile
        assignment.serializers = serializers
        assignment.dsn = number == Tick.writersGenerator ? target.dsn : nil
        assignment.seed = seed
        return assignment
    }

    /// The key of connections without a token; nil where all have one, or the server takes none.
    private func anonymousKey(_ target: ServerUnderTest) -> String? {
        guard target.dialect == .realtime, scenario.populations.contains(where: { $0.role == nil }),
            let secret = target.tokenSecret, let minter = try? TokenMinter(secret: secret)
        else { return nil }
        let now = Int64(Date.now.timeIntervalSince1970)
        return try? minter.mint(role: "anon", expiresAt: now + 86_400, issuedAt: now)
    }

    /// All parameters' values by name.
    var parameters: [String: String] {
        Dictionary(
            scenario.parameters.map { ($0.name, $0.value) },
            uniquingKeysWith: { $1 }
        )
    }

    /// The sizes and times that the run is led by.
    var conducting: Conductor.Plan {
        Conductor.Plan(
            generatorCount: scenario.connectionCount > 0 ? generatorCount : 0,
            hasWriters: !scenario.writers.isEmpty,
            channelCount: scenario.channelCount,
            warmupNanoseconds: scenario.timing.warmup.nanoseconds,
            measuredNanoseconds: scenario.timing.duration.nanoseconds,
            drainNanoseconds: scenario.timing.drain.nanoseconds
        )
    }
}

extension Scenario {
    /// Connections of all populations together.
    var connectionCount: Int { populations.reduce(0) { $0 + $1.count } }

    /// Channels that are open once everybody has joined.
    var channelCount: Int { populations.reduce(0) { $0 + $1.count * $1.topics.count } }
}
