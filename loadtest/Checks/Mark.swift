/// What a load test writes into every message, so that whoever receives it can check it.
///
/// As text `~lt.STREAM.TOPIC.NUMBER.SENTAT~`, all decimal, wherever in the message a text may
/// stand: in a broadcast's payload, or in a column that a writer sets. Where a message holds
/// several, such as the row before and after a change, the first counts.
public struct Mark: Hashable, Sendable {
    /// Who numbers: a writer's place among the scenario's writers, or ``firstSessionStream`` and
    /// more for what sessions send.
    public var stream: UInt32

    /// The topic it was meant for, by ``TopicNumber``.
    public var topic: UInt64

    /// 1, 2, 3, … in this stream and topic.
    public var number: UInt64

    /// When it should have been sent by the schedule, in nanoseconds of the monotonic clock.
    ///
    /// A sender that is late has that in the latency: no coordinated omission.
    public var sentAt: UInt64

    /// The streams below belong to writers.
    public static let firstSessionStream: UInt32 = 1_024

    /// Makes a mark.
    ///
    /// - Parameters:
    ///   - stream: Who numbers.
    ///   - topic: The topic it is meant for.
    ///   - number: 1 or more.
    ///   - sentAt: Nanoseconds of the monotonic clock.
    public init(stream: UInt32, topic: UInt64, number: UInt64, sentAt: UInt64) {
        self.stream = stream
        self.topic = topic
        self.number = number
        self.sentAt = sentAt
    }

    /// As it stands in a message.
    public var text: String { "~lt.\(stream).\(topic).\(number).\(sentAt)~" }

    /// Finds the first mark in a message; it allocates nothing.
    ///
    /// - Parameter message: A text or binary message.
    /// - Returns: Nil where there is none.
    public static func first(in message: Span<UInt8>) -> Mark? {
        var index = 0
        let last = message.count - 12
        while index <= last {
            if message[index] == UInt8(ascii: "~"), message[index + 1] == UInt8(ascii: "l"),
                message[index + 2] == UInt8(ascii: "t"), message[index + 3] == UInt8(ascii: "."),
                let mark = parse(message, from: index + 4)
            {
                return mark
            }
            index += 1
        }
        return nil
    }

    private static func parse(_ message: Span<UInt8>, from start: Int) -> Mark? {
        var index = start
        guard let stream = number(message, &index, endingWith: UInt8(ascii: ".")),
            let topic = number(message, &index, endingWith: UInt8(ascii: ".")),
            let count = number(message, &index, endingWith: UInt8(ascii: ".")),
            let sentAt = number(message, &index, endingWith: UInt8(ascii: "~")),
            let stream = UInt32(exactly: stream)
        else { return nil }
        return Mark(stream: stream, topic: topic, number: count, sentAt: sentAt)
    }

    private static func number(
        _ message: Span<UInt8>,
        _ index: inout Int,
        endingWith end: UInt8
    ) -> UInt64? {
        var value: UInt64 = 0
        let start = index
        while index < message.count {
            let byte = message[index]
            index += 1
            if byte == end { return index > start + 1 ? value : nil }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (tenfold, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) = tenfold.addingReportingOverflow(UInt64(byte - 48))
            guard !overflows, !overflowsToo else { return nil }
            value = sum
        }
        return nil
    }
}
