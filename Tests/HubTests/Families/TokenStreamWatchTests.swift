import Testing
import Wire

@testable import Hub

@Suite struct TokenStreamWatchTests {
    /// Which messages of a recording are refused, by their places.
    private func refused(_ traffic: Traffic) throws -> [Int] {
        let start = ContinuousClock.now
        var watch = TokenStreamWatch()
        return try traffic.messages.indices.filter { place in
            let message = traffic.messages[place]
            let json = try #require(JSONText(validating: Array(message.payload.utf8)))
            let now = start.advanced(by: .milliseconds(message.milliseconds))
            return watch.refuses("any", TextMeasure(of: json), now: now)
        }
    }

    @Test("What people and programs send to each other passes, all of it", arguments: Honest.all)
    func honest(traffic: Traffic) throws {
        let places = try refused(traffic)
        #expect(places == [])
    }

    @Test(
        "A text that grows faster than people write is refused to its end",
        arguments: Generated.all
    )
    func generated(traffic: Traffic) throws {
        let places = try refused(traffic)
        let first = try #require(places.first)
        #expect(first == TokenStreamWatch.messageCountMin)
        #expect(places == Array(first..<traffic.messages.count))
    }

    /// A watch that refuses the messages named `answer`.
    private final class Refusing {
        private var watch = TokenStreamWatch()
        private var now = ContinuousClock.now

        init() {
            for step in 0...40 { _ = refuses("answer", characters: step * 5, after: 30) }
        }

        func refuses(_ name: String, characters: Int, after milliseconds: Int = 1) -> Bool {
            now += .milliseconds(milliseconds)
            let text = JSONText(string: String(Traffic.sentences.prefix(characters)))
            return watch.refuses(name, TextMeasure(of: text), now: now)
        }
    }

    @Test("After a silence the whole text may be sent, and a shorter one at any time")
    func whole() {
        let silent = Refusing()
        #expect(silent.refuses("answer", characters: 300, after: 1_000))
        #expect(!silent.refuses("answer", characters: 300, after: 3_000))
        let shorter = Refusing()
        #expect(!shorter.refuses("answer", characters: 20))
    }

    @Test("Other names of the same sender are judged by themselves")
    func otherNames() {
        let watch = Refusing()
        #expect(!watch.refuses("cursor", characters: 20))
        #expect(watch.refuses("answer", characters: 300))
    }

    @Test("No more than a few names are watched, and the longest silent gives way")
    func bounded() {
        let watch = Refusing()
        for name in 0..<TokenStreamWatch.streamCountMax {
            _ = watch.refuses("\(name)", characters: 0)
            if name < TokenStreamWatch.streamCountMax - 1 {
                #expect(watch.refuses("answer", characters: 300))
            }
        }
        _ = watch.refuses("one more", characters: 0)
        #expect(watch.refuses("answer", characters: 300))
        for name in 0..<TokenStreamWatch.streamCountMax {
            _ = watch.refuses("other \(name)", characters: 0)
        }
        #expect(!watch.refuses("answer", characters: 300))
    }
}
