internal import Wire

extension ReceivedMessage {
    /// Reads a broadcast that came as a binary frame; nil for what is none.
    ///
    /// - Parameters:
    ///   - frame: The whole message.
    ///   - arrivedAt: When its last byte was taken from the system.
    public init?(binary frame: [UInt8], arrivedAt: ContinuousClock.Instant) {
        guard frame.count >= 5, frame[0] == BinaryFrame.broadcastKind else { return nil }
        let nameStart = 5 + Int(frame[1])
        let metaStart = nameStart + Int(frame[2])
        let payloadStart = metaStart + Int(frame[3])
        guard payloadStart <= frame.count,
            let topic = String(validating: frame[5..<nameStart], as: UTF8.self),
            let name = String(validating: frame[nameStart..<metaStart], as: UTF8.self)
        else { return nil }
        let payload = Array(frame[payloadStart...])
        let isBinary = frame[4] == BinaryFrame.binaryEncoding
        var members = #"{"type":"broadcast","event":"# + JSONText(string: name).text
        if !isBinary {
            guard let json = JSONText(validating: payload) else { return nil }
            members += #","payload":"# + json.text
        }
        if metaStart < payloadStart {
            let bytes = Array(frame[metaStart..<payloadStart])
            guard let meta = JSONText(validating: bytes) else { return nil }
            members += #","meta":"# + meta.text
        }
        self.init(
            topic: topic,
            name: MessageName.broadcast.rawValue,
            payload: JSONText(trusted: Array("\(members)}".utf8)),
            bytes: isBinary ? payload : nil,
            joinRef: .null,
            ref: .null,
            arrivedAt: arrivedAt
        )
    }
}
