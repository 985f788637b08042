import Topics
import Wire

/// The texts that requests send, by sender and topic: what ``ChannelSending`` is for channels.
struct RequestStreams {
    /// Senders and topics that are watched at once; the longest silent gives way.
    static let countMax = 256

    private struct Sender: Hashable {
        let topic: TopicKey
        let caller: Caller
    }

    private struct Entry {
        var streams = TokenStreamWatch()
        var lastAt: ContinuousClock.Instant
    }

    private var entries: [Sender: Entry] = [:]

    /// Notes a broadcast, and tells whether it is part of a stream of generated text.
    mutating func refuses(
        _ name: String,
        _ text: TextMeasure,
        to topic: TopicKey,
        by caller: Caller,
        now: ContinuousClock.Instant
    ) -> Bool {
        let sender = Sender(topic: topic, caller: caller)
        if entries[sender] == nil, entries.count == Self.countMax,
            let oldest = entries.min(by: { $0.value.lastAt < $1.value.lastAt })
        {
            entries[oldest.key] = nil
        }
        entries[sender, default: Entry(lastAt: now)].lastAt = now
        return entries[sender]?.streams.refuses(name, text, now: now) ?? false
    }
}
