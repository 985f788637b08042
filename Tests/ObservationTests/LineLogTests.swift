import Locking
import Logging
import Observation
import Testing

@Suite struct LineLogTests {
    private struct Secretive: Error, CustomStringConvertible {
        let description = "password=1234"
    }

    private final class Lines: Sendable {
        let kept = Locked<[String]>([])
        var last: String { kept.withLock { $0.last ?? "" } }

        func logger() -> Logger {
            Logger(label: "test") { _ in
                LineLog(format: .plain, level: .debug) { line in
                    self.kept.withLock { $0.append(line) }
                }
            }
        }
    }

    @Test("A logger's own metadata is on every line, and a line's own wins")
    func metadata() {
        let lines = Lines()
        var logger = lines.logger()
        logger[metadataKey: "node"] = "a"
        logger.notice("One", metadata: ["x": "1"])
        #expect(lines.last.hasSuffix("NOTICE One node=a x=1\n"))
        logger.notice("Two", metadata: ["node": "b"])
        #expect(lines.last.hasSuffix("NOTICE Two node=b\n"))
    }

    @Test("A copy's metadata and level do not reach the original")
    func valueSemantics() {
        let lines = Lines()
        let original = lines.logger()
        var copy = original
        copy[metadataKey: "x"] = "1"
        copy.logLevel = .error
        original.debug("Plain")
        #expect(lines.last.hasSuffix("DEBUG Plain\n"))
        copy.warning("Silent")
        #expect(lines.kept.withLock { $0.count } == 1)
    }

    @Test("Of an error only the type is written")
    func errors() {
        let lines = Lines()
        lines.logger().error("It failed", error: Secretive())
        #expect(lines.last.contains("error=Secretive"))
        #expect(!lines.last.contains("1234"))
    }
}
