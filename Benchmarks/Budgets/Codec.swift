/// Encodes or decodes one message so many times, for counting instructions and heap blocks.
///
/// Compiled together with Sources/Wire by `Benchmarks/Budgets/check`; nothing here tells the time.
@main
enum Codec {
    /// A message of 200 bytes as a client of the first serializer sends it.
    private static let sent = sized { filling in
        """
        {"topic":"realtime:trip:42","event":"broadcast","payload":{"type":"broadcast",\
        "event":"move","payload":{"x":12,"y":-7.5,"note":"\(filling)"}},"ref":"7","join_ref":"1"}
        """
    }

    /// The same as one of the second.
    private static let sentShort = sized { filling in
        """
        ["1","7","realtime:trip:42","broadcast",{"type":"broadcast","event":"move",\
        "payload":{"x":12,"y":-7.5,"note":"\(filling)"}}]
        """
    }

    /// The same as a binary frame, as current libraries send it.
    private static let sentFrame = sized { filling in
        "\u{3}\u{1}\u{1}\u{10}\u{4}\u{0}\u{1}17realtime:trip:42move"
            + #"{"x":12,"y":-7.5,"note":"\#(filling)"}"#
    }

    /// What the database says of a broadcast.
    private static let stored = sized { filling in
        #"{"id": "0b7a7c1e-95a9-4d52-8a39-3f4cf0f7a3d1", "x": 12, "y": -7.5, "note": "\#(filling)"}"#
    }

    private static func sized(_ text: (String) -> String) -> [UInt8] {
        Array(text(String(repeating: "é", count: (200 - text("").utf8.count) / 2)).utf8)
    }

    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let count = Int(arguments[3]),
            let serializer = Serializer(vsn: arguments[2])
        else { fatalError("use: codec encode|decode|frame 1.0.0|2.0.0 COUNT") }
        var byteCount = 0
        for _ in 0..<count {
            switch arguments[1] {
            case "encode": byteCount += encode(serializer)
            case "frame": byteCount += decodeFrame(serializer)
            default: byteCount += decode(serializer)
            }
        }
        guard byteCount > 0 || count == 0 else { fatalError("nothing was done") }
    }

    @inline(never)
    private static func encode(_ serializer: Serializer) -> Int {
        let broadcast = UserBroadcast.fromDatabase(
            id: "0b7a7c1e-95a9-4d52-8a39-3f4cf0f7a3d1",
            name: "move",
            content: .json(JSONText(trusted: stored))
        )
        let encoder = MessageEncoder(serializer: serializer)
        return encoder.broadcast(broadcast, topic: "realtime:trip:42")?.byteCount ?? 0
    }

    /// Decodes a binary frame, which the second serializer alone has.
    @inline(never)
    private static func decodeFrame(_ serializer: Serializer) -> Int {
        guard let message = try? MessageDecoder(serializer: serializer).decode(binary: sentFrame)
        else { fatalError("the frame is not understood") }
        return message.payloadByteCount
    }

    @inline(never)
    private static func decode(_ serializer: Serializer) -> Int {
        let decoder = MessageDecoder(serializer: serializer)
        guard
            let message = try? decoder.decode(serializer == .v1 ? sent : sentShort)
        else { fatalError("the message is not understood") }
        return message.payload.bytes.count
    }
}
