import Locking
import Logging
import Testing

@testable import Observation

/// Keeps the lines of a logger.
private final class Lines: Sendable {
    private let kept = Locked<[String]>([])

    var all: [String] { kept.withLock { $0 } }

    func observer(level: Logger.Level) -> LogObserver {
        LogObserver(
            logger: Logger(label: "test") { _ in
                LineLog(format: .plain, level: level) { line in
                    self.kept.withLock { $0.append(line) }
                }
            }
        )
    }
}

@Suite struct LogObserverTests {
    @Test("A line carries its code, its fixed text and what was seen")
    func line() throws {
        let lines = Lines()
        lines.observer(level: .trace).observe(.database(.lost(.reading, sqlState: "57P01")))
        let line = try #require(lines.all.first)
        #expect(
            line.dropFirst(13)
                == "WARNING The database is away code=DatabaseLost link=reading sqlstate=57P01\n"
        )
    }

    @Test("What is below the level is not written, and its metadata is never made")
    func level() {
        let lines = Lines()
        let observer = lines.observer(level: .notice)
        for observation in examples { observer.observe(observation) }
        let written = examples.filter { $0.line.code.level >= .notice }
        #expect(lines.all.count == written.count)
        #expect(!lines.all.isEmpty)
    }

    @Test("Every code is written by some observation")
    func everyCode() {
        #expect(Set(examples.map(\.line.code)) == Set(LogCode.allCases))
    }

    @Test("Durations read as seconds to the microsecond")
    func durations() {
        #expect(Duration.milliseconds(1_500).secondsAsDouble == 1.5)
        #expect(Duration.nanoseconds(1_999).secondsAsDouble == 0.000001)
        #expect(Duration.seconds(-2).secondsAsDouble == -2)
    }

    @Test("A topic shows as its family only")
    func topics() {
        let lines = Lines()
        let family = FamilyLabel(topic: "user:00000000-0000-4000-8000-000000000001")
        lines.observer(level: .trace).observe(.channel(.joinAsked(family: family, isPrivate: true)))
        #expect(lines.all.count == 1)
        #expect(lines.all.allSatisfy { $0.contains("family=user private=true") })
        #expect(lines.all.allSatisfy { !$0.contains("0000-4000") })
    }
}
