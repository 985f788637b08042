import LoadChecks
import LoadResults
import Testing

@testable import loadtest

@Suite struct LiveViewTests {
    private static let second: UInt64 = 1_000_000_000

    private func view(isLive: Bool) -> LiveView {
        LiveView(
            scenario: "echo",
            connectionCount: 1_000,
            channelCount: 2_000,
            warmupSeconds: 5,
            measuredSeconds: 20,
            isLive: isLive
        )
    }

    private func moment(_ phase: Conductor.Phase, now: UInt64) -> LiveView.Moment {
        var tick = Tick(generator: 0, second: 7, isMeasured: true)
        tick.connectionCount = 999
        tick.joinedCount = 1_998
        tick.sentCount = 1_234
        tick.receivedCount = 56_789
        tick.receivedByteCount = 3 << 20
        tick.latencies[.broadcast, default: LatencyHistogram()].record(1_500, count: 100)
        tick.errors = ["close 1013": 2, "Unauthorized": 1]
        tick.breaches = [.gap: 4]
        var merged = RunMerge()
        merged.add(tick)
        return LiveView.Moment(
            phase: phase,
            now: now,
            merged: merged,
            resources: [
                "server": RunResult.ResourceSample(
                    second: 7,
                    cores: 0.5,
                    residentByteCount: 64 << 20
                )
            ]
        )
    }

    @Test("It shows how far the run is, rates, latencies, errors, breaches and what is used")
    func everything() {
        let moment = moment(.traffic(from: 10 * Self.second), now: 25 * Self.second)
        let text = view(isLive: true).lines(moment).joined(separator: "\n")
        let parts = [
            "echo", "███████████████░░░░░░░░░░░░░░░", "measuring, 10 s of 20 s",
            "connected 999 of 1,000", "joined 1,998 of 2,000", "sent 1,234/s",
            "received 56,789/s (3.00 MiB/s)", "broadcast p50 1.50 ms",
            "errors 3 (mostly close 1013)", "breaches 4 (mostly gap)",
            "server 0.50 cores 64.0 MiB",
        ]
        for part in parts { #expect(text.contains(part), "\(part) in\n\(text)") }
    }

    @Test("Each phase has its words")
    func phases() {
        let view = view(isLive: true)
        let start = 10 * Self.second
        let words: [(Conductor.Phase, UInt64, String)] = [
            (.connecting, start, "connecting"),
            (.traffic(from: start), start - 1, "warming up, 0 s of 5 s"),
            (.traffic(from: start), start + 4 * Self.second, "warming up, 4 s of 5 s"),
            (.traffic(from: start), start + 5 * Self.second, "measuring, 0 s of 20 s"),
            (.traffic(from: start), start + 99 * Self.second, "measuring, 20 s of 20 s"),
            (.comparing(since: start), start, "waiting for the last messages"),
            (.ending(since: start), start, "ending"),
        ]
        for (phase, now, text) in words {
            #expect(view.lines(moment(phase, now: now))[0].contains(text))
        }
    }

    @Test("A terminal's lines are drawn over those before, and taken away at the end")
    func drawing() {
        var view = view(isLive: true)
        let moment = moment(.connecting, now: Self.second)
        let count = view.lines(moment).count
        #expect(!view.text(moment).contains("A\r"))
        #expect(view.text(moment).hasPrefix("\u{1B}[\(count)A\r"))
        // What fewer lines leave of those before goes, too.
        #expect(view.text(moment).contains("\u{1B}[J"))
        #expect(view.erased() == "\u{1B}[\(count)A\r\u{1B}[J")
        #expect(view.erased().isEmpty)
    }

    @Test("Where there is no terminal, there is a plain line every five seconds")
    func plain() {
        var view = view(isLive: false)
        let lines = (1...11).map { view.text(moment(.connecting, now: $0 * Self.second)) }
        #expect(lines.filter { !$0.isEmpty }.count == 3)
        #expect(!lines.joined().contains("\u{1B}"))
        #expect(lines[0].hasSuffix("\n"))
        #expect(view.erased().isEmpty)
    }
}
