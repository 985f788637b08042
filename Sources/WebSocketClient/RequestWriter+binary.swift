public import Wire

extension RequestWriter {
    /// Writes a broadcast as current libraries of the second serializer do: as a binary frame.
    ///
    /// - Parameters:
    ///   - topic: The topic as on the wire. Like every other part, of 255 bytes at most.
    ///   - name: The broadcast's name.
    ///   - content: What it carries.
    ///   - ref: The message's reference.
    ///   - joinRef: The join's reference.
    /// - Returns: The frame's bytes.
    public func binaryBroadcast(
        _ topic: String,
        name: String,
        content: BroadcastContent,
        ref: String,
        joinRef: String
    ) -> [UInt8] {
        let parts = [joinRef, ref, topic, name].map { Array($0.utf8) }
        let (encoding, payload) =
            switch content {
            case .json(let text): (BinaryFrame.jsonEncoding, text.bytes)
            case .binary(let bytes): (BinaryFrame.binaryEncoding, bytes)
            }
        return [BinaryFrame.pushKind] + parts.map { UInt8($0.count) } + [0, encoding]
            + parts.joined() + payload
    }
}
