/// Feeds payloads of `presence` messages to their reader, and what is tracked to the writers.
///
/// Compiled together with the sources of Wire; see `Fuzz/run`.
@c(LLVMFuzzerTestOneInput)
public func fuzzPresenceCall(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = Array(UnsafeBufferPointer(start: start, count: count))
    guard let payload = JSONText(validating: text),
        case .track(let tracked) = PresenceCall(parsing: payload)
    else { return 0 }
    precondition(JSONText(validating: tracked.bytes) == tracked, "what is tracked is not one value")
    let ordered = tracked.inOneOrder
    precondition(JSONText(validating: ordered.bytes) == ordered, "in order it is not one value")
    precondition(ordered.inOneOrder == ordered, "what is in order changes")
    let meta = PresencePayload.meta(tracked, reference: "own", previous: "before")
    guard let read = try? JSON(parsing: meta.bytes) else {
        preconditionFailure("an entry is no JSON")
    }
    precondition(read["phx_ref"] == .string("own"), "a reference was forged")
    precondition(read["phx_ref_prev"] == .string("before"), "a reference was forged")
    if let whole = (try? JSON(parsing: tracked.bytes))?.text {
        precondition(whole.inOneOrder == ordered, "writing a value anew changes it")
    }
    // A diff is deeper than what is tracked, and Wire itself reads 64 levels only.
    guard (try? JSON(parsing: tracked.bytes, depthMax: 48)) != nil else { return 0 }
    let group = PresencePayload.Group(key: payload.text, metas: [meta])
    let diff = PresencePayload.diff(joins: [group], leaves: [group])
    precondition(JSONText(validating: diff.bytes) == diff, "a diff is not one value")
    return 0
}
