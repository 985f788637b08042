import FoundationEssentials
import Logging
import Testing

@testable import Observation

@Suite struct LogFormatTests {
    private let time = Date(timeIntervalSince1970: 1_767_323_045.75)

    @Test("JSON lines have time, level, message and metadata, in that order")
    func json() {
        let line = LogFormat.json.line(
            time: time,
            level: .warning,
            message: "It is \"so\"",
            metadata: ["b": "1", "a": ["x": ["1", "2"]]]
        )
        #expect(
            line == #"{"time":"2026-01-02T03:04:05.750Z","level":"warning","#
                + #""message":"It is \"so\"","metadata":{"a":{"x":["1","2"]},"b":"1"}}"# + "\n"
        )
    }

    @Test("Whatever a value holds, a JSON line parses and gives it back")
    func hostileJSON() throws {
        let hostile = "\u{0}\u{1B}[2J\"\\\r\n\t\u{2028}😀é"
        let line = LogFormat.json.line(
            time: time,
            level: .info,
            message: hostile,
            metadata: [hostile: "\(hostile)"]
        )
        #expect(!line.dropLast().utf8.contains(UInt8(ascii: "\n")))
        let parsed = try JSONDecoder().decode(Parsed.self, from: Data(line.utf8))
        #expect(parsed.message == hostile)
        #expect(parsed.metadata == [hostile: hostile])
    }

    @Test("A plain line is one line, and no escape sequence reaches the terminal")
    func plain() {
        let line = LogFormat.plain.line(
            time: time,
            level: .notice,
            message: "Listening",
            metadata: ["port": "4000", "host": "a\u{1B}[2J\nb\u{9B}"]
        )
        #expect(line == "03:04:05.750 NOTICE Listening host=a.[2J.b. port=4000\n")
    }

    private struct Parsed: Decodable {
        let message: String
        let metadata: [String: String]
    }
}
