/// Feeds bodies of requests to what reads them, and splices what it takes into others' frames.
///
/// Compiled together with the sources of Wire; see `Fuzz/run`.
@c(LLVMFuzzerTestOneInput)
public func fuzzBroadcastList(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let body = Array(UnsafeBufferPointer(start: start, count: count))
    let limits = BroadcastList.Limits(countMax: 100, payloadByteCountMax: 4_096) {
        $0.utf8.count <= 1_024
    }
    do throws(BroadcastList.Refused) {
        for broadcast in try BroadcastList(parsing: body, limits: limits).broadcasts {
            check(broadcast)
        }
    } catch {
        let text = JSONText(validating: Array(error.body.utf8))
        precondition(text?.isObject == true, "a refusal is no object")
    }
    if let content = try? RequestedBroadcast.content(ofBody: body, isJSON: true) {
        guard case .json(let payload) = content else { preconditionFailure("JSON became bytes") }
        precondition(payload.isObject, "a payload is no object")
        precondition(JSONText(validating: payload.bytes) == payload, "a payload is not one value")
    }
    return 0
}

private func check(_ broadcast: RequestedBroadcast) {
    precondition(!broadcast.topic.isEmpty && !broadcast.name.isEmpty, "a field is missing")
    precondition((broadcast.id ?? "").utf8.count <= 36, "an id is no UUID")
    guard case .json(let payload) = broadcast.content else { preconditionFailure("no JSON") }
    precondition(payload.isObject && payload.bytes.count <= 4_096, "a payload of another kind")
    let whole = BroadcastPayload.fromRequest(
        id: broadcast.id,
        name: broadcast.name,
        payload: payload
    )
    precondition(JSONText(validating: whole.bytes) == whole, "others get what is no JSON")
    precondition(BroadcastPayload.name(in: whole) == broadcast.name, "the name changed")
}
