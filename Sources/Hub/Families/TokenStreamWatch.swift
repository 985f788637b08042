package import Wire

/// Tells streams of generated text from everything else that one sender sends to one topic.
///
/// A stream that repeats what it has so far looks like many messages of one name whose text grows
/// steadily, and faster than anybody writes: people write up to 15 characters a second, with pauses
/// and corrections; models write 30 and more words in that time. See
/// `docs/decisions/0028-what-topic-files-mean-to-a-node.md` for the borders.
///
/// Of what was sent it keeps counts, never the text. Pure state: the time comes with every call.
package struct TokenStreamWatch {
    /// Names that are watched at once; the one that was silent for longest gives way.
    package static let streamCountMax = 4

    /// Messages in a row that have to look like a stream.
    package static let messageCountMin = 40

    /// Characters that they may grow by in a second: twice what people write.
    ///
    /// Those of scripts with thousands of characters count twice.
    package static let charactersPerSecondMax = 30

    /// The shortest time that their growth is held against, so that what was written during a
    /// pause of the connection, and comes all at once, does not count as written at once.
    package static let durationMin: Duration = .seconds(4)

    /// What one message can add to the growth: more than that was pasted.
    package static let charactersPerMessageMax: Int32 = 16

    /// A stream that says nothing for so long has ended.
    package static let silence: Duration = .seconds(2)

    /// The messages of one name.
    private struct Stream {
        let name: UInt64
        var last: TextMeasure
        var lastAt: ContinuousClock.Instant
        var beganAt: ContinuousClock.Instant
        var messageCount: Int32 = 0

        /// What has been added since it began, and how much of that counts.
        var added = TextMeasure()
        var growth: Int32 = 0
        var isRefused = false

        /// Whether what was added reads like something written: letters, with spaces between words
        /// where a script has them.
        ///
        /// Paths of strokes, encoded bytes and repeated keys do not.
        var isProse: Bool {
            let written = added.letters + added.wide
            guard 2 * written >= added.characters else { return false }
            return 40 * added.spaces >= added.characters || 2 * added.wide >= added.characters
        }

        mutating func begin(at now: ContinuousClock.Instant) {
            beganAt = now
            messageCount = 0
            added = TextMeasure()
            growth = 0
        }
    }

    private var streams: [Stream] = []

    /// Starts without having seen anything.
    package init() {}

    /// Notes a broadcast, and tells whether it is part of a stream of generated text.
    ///
    /// - Parameters:
    ///   - name: What the broadcast is called.
    ///   - text: How much text it carries.
    ///   - now: When it came.
    /// - Returns: Whether it should be refused.
    package mutating func refuses(
        _ name: String,
        _ text: TextMeasure,
        now: ContinuousClock.Instant
    ) -> Bool {
        let hash = Self.hash(name)
        guard let place = streams.firstIndex(where: { $0.name == hash }) else {
            add(Stream(name: hash, last: text, lastAt: now, beganAt: now))
            return false
        }
        let change = text - streams[place].last
        let isBroken = streams[place].lastAt.duration(to: now) > Self.silence
        streams[place].last = text
        streams[place].lastAt = now
        guard change.characters >= 0, !isBroken else {
            streams[place].isRefused = false
            streams[place].begin(at: now)
            return false
        }
        if streams[place].isRefused { return true }
        streams[place].messageCount += 1
        streams[place].added = streams[place].added + change
        let written = change.characters + max(0, change.wide)
        streams[place].growth += min(written, Self.charactersPerMessageMax)
        guard streams[place].messageCount >= Self.messageCountMin else { return false }
        let elapsed = max(streams[place].beganAt.duration(to: now), Self.durationMin)
        let allowed = elapsed * Self.charactersPerSecondMax
        streams[place].isRefused =
            .seconds(Int64(streams[place].growth)) > allowed && streams[place].isProse
        streams[place].begin(at: now)
        return streams[place].isRefused
    }

    private mutating func add(_ stream: Stream) {
        if streams.count == Self.streamCountMax,
            let oldest = streams.indices.min(by: { streams[$0].lastAt < streams[$1].lastAt })
        {
            streams[oldest] = stream
        } else {
            streams.append(stream)
        }
    }

    /// Tells names apart without keeping them.
    private static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
