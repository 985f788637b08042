import Yams

/// Feeds texts to the reader of topic files.
///
/// Compiled together with the sources of TopicFiles and Topics, and with Yams; see `Fuzz/run`.
@c(LLVMFuzzerTestOneInput)
public func fuzzTopicFile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    let text = String(decoding: bytes, as: UTF8.self)
    var reader = FamilyReader(file: "a.yaml")
    let family = reader.read(text)
    let lineCount = text.utf8.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 2
    for problem in reader.problems {
        precondition(!problem.message.isEmpty, "a problem says nothing")
        // U+0085, U+2028 and U+2029 end lines of YAML too.
        precondition((problem.place?.line ?? 0) <= lineCount + text.unicodeScalars.count, "no line")
    }
    guard reader.problems.isEmpty else { return 0 }
    guard let family else { preconditionFailure("neither a family nor a problem") }
    precondition(!family.name.isEmpty && family.name.utf8.count <= 40, "no name of a family")
    let parameters = family.pattern.parameters
    precondition((1...8).contains(parameters.count), "no pattern")
    precondition(parameters.allSatisfy { Spelling.isParameter($0.name) }, "no parameter's name")
    for change in family.changes {
        precondition(change.key.count == parameters.count, "a key without a way for each")
        precondition(!change.operations.isEmpty, "a change of nothing")
    }
    for dependency in family.members.dependencies {
        precondition(dependency.key != nil || dependency.member != nil, "concerns nobody")
        precondition(dependency.key.map { $0.count == parameters.count } ?? true, "a wrong key")
    }
    return 0
}
