/// Feeds joins to the reader of their payloads, and the same texts to the tree.
///
/// Compiled together with the sources of Wire; see `Fuzz/run`.
@c(LLVMFuzzerTestOneInput)
public func fuzzJoinPayload(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = Array(UnsafeBufferPointer(start: start, count: count))
    let tree = try? JSON(parsing: text)
    let value = JSONText(validating: text)
    precondition((tree == nil) == (value == nil), "tree and text disagree on what is JSON")
    guard let tree, let value else { return 0 }
    precondition((try? JSON(parsing: tree.text.bytes)) == tree, "a tree changed by being written")

    let payload = JoinPayload(parsing: value)
    for binding in payload.bindings {
        precondition(binding.isObject && JSONText(validating: binding.bytes) != nil, "no object")
    }
    let response = JoinResponse.json(bindings: payload.bindings)
    precondition(JSONText(validating: response.bytes) == response, "a response is not one value")
    precondition(payload.hasConfig == (tree["config"] != nil), "tree and reader disagree")
    if case .bool(let isPrivate)? = tree["config"]?["private"] {
        precondition(payload.isPrivate == isPrivate, "a join lost that it is private")
    }
    return 0
}
