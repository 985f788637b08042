import Presence
import Topics
import Wire

/// A book with a clock, and short ways to write in it.
struct Table {
    static let topic = TopicKey(name: name("trip:1"), isPrivate: true)

    var book: PresenceBook
    var now = ContinuousClock.Instant.now

    init(_ limits: (inout PresenceLimits) -> Void = { _ in }) {
        var values = PresenceLimits()
        limits(&values)
        book = PresenceBook(limits: values, seed: 0)
    }

    static func name(_ text: String) -> TopicName {
        guard let name = try? TopicName(text) else { preconditionFailure("no topic: \(text)") }
        return name
    }

    static func holder(_ channel: UInt64) -> PresenceHolder {
        PresenceHolder(loop: 0, channel: channel)
    }

    mutating func track(
        _ channel: UInt64,
        _ payload: String = "{}",
        key: String = "ana",
        person: String? = "ana",
        topic: TopicKey = Table.topic
    ) -> PresenceOutcome {
        book.track(
            PresenceTracking(
                topic: topic,
                holder: Self.holder(channel),
                key: ExactText(key),
                person: person.map { ExactText($0) },
                payload: JSONText(trusted: Array(payload.utf8))
            )
        )
    }

    mutating func untrack(_ channel: UInt64) {
        book.untrack(Self.holder(channel), topic: Self.topic)
    }

    mutating func lose(_ channel: UInt64) {
        book.lose(Self.holder(channel), topic: Self.topic, now: now)
    }

    mutating func pass(seconds: Int) {
        now += .seconds(seconds)
        book.expire(now: now)
    }

    /// The diff of the topic, with the numbers of references alone; nil when nothing has changed.
    mutating func diff() -> String? { book.takeDiff(of: Self.topic).map { Self.short($0) } }

    /// The state of the topic in the same form.
    mutating func state() -> String { Self.short(book.state(of: Self.topic)) }

    /// References of a book whose seed is 0 end in the number, written in 64 letters.
    private static func short(_ text: JSONText) -> String {
        text.text.replacing("AAAAAAAAAAAAAAA", with: "")
    }
}
