/// Feeds texts to both decoders and holds what they take to what must be true of it.
///
/// Compiled together with the sources of Wire; see `Fuzz/run`.
@c(LLVMFuzzerTestOneInput)
public func fuzzTextFrame(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = Array(UnsafeBufferPointer(start: start, count: count))
    for serializer in Serializer.allCases {
        guard let message = try? MessageDecoder(serializer: serializer).decode(text) else {
            continue
        }
        for value in [message.joinRef, message.ref, message.payload] {
            precondition(JSONText(validating: value.bytes) == value, "a part is not one value")
        }
        // What is sent on must be read by others as it was read here.
        let encoded = MessageEncoder(serializer: .v2).push(
            joinRef: message.joinRef,
            ref: message.ref,
            topic: message.topic,
            name: message.name,
            payload: message.payload
        )
        guard encoded.rest.isEmpty else { continue }
        let header = [127: 10, 126: 4][Int(encoded.first.bytes[1])] ?? 2
        let again = try? MessageDecoder(serializer: .v2)
            .decode(Array(encoded.first.bytes.dropFirst(header)))
        precondition(again == message, "a message changed on its way")
        _ = BroadcastPayload.name(in: message.payload)
        _ = AccessTokenPayload(parsing: message.payload)
    }
    return 0
}
