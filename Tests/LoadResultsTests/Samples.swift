import LoadChecks

@testable import LoadResults

/// Ticks and runs for tests.
enum Samples {
    /// A tick of a measured second with so many broadcasts of so many microseconds.
    static func tick(
        generator: Int = 0,
        second: Int = 0,
        isMeasured: Bool = true,
        broadcasts: [UInt64] = []
    ) -> Tick {
        var tick = Tick(generator: generator, second: second, isMeasured: isMeasured)
        tick.connectionCount = 10
        tick.joinedCount = 20
        tick.sentCount = 5
        tick.receivedCount = broadcasts.count
        tick.receivedByteCount = broadcasts.count * 100
        tick.coreShare = 0.25
        if !broadcasts.isEmpty {
            var histogram = LatencyHistogram()
            for latency in broadcasts { histogram.record(latency) }
            tick.latencies[.broadcast] = histogram
        }
        return tick
    }

    static let description = RunDescription(
        version: "1.2.3",
        scenario: "echo",
        summary: "Everyone hears himself.",
        parameters: ["members": "100"],
        command: "loadtest echo --set members=100",
        startedAt: "2026-11-21T10:00:00Z",
        machine: RunResult.Machine(
            processor: "A Processor <8>",
            coreCount: 2,
            memoryByteCount: 4 << 30,
            kernel: "Linux 6.1",
            loadAverages: "0.10 0.20 0.30"
        ),
        target: "waypost serve",
        measuredSeconds: 3
    )

    static func merge(_ ticks: [Tick]) -> RunMerge {
        var merge = RunMerge()
        for tick in ticks { merge.add(tick) }
        return merge
    }

    static func result(
        _ ticks: [Tick],
        resources: [String: [RunResult.ResourceSample]] = [:],
        isComplete: Bool = true,
        limits: String? = nil
    ) throws -> RunResult {
        RunResult(
            description,
            merged: merge(ticks),
            resources: resources,
            isComplete: isComplete,
            objectives: try limits.map { try Objective.read($0) } ?? []
        )
    }
}
