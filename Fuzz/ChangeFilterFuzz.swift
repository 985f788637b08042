/// Feeds texts to the reader of filters, and rows to whoever cuts them apart.
///
/// Compiled together with the sources of Wire and Changes; see `Fuzz/run`.
@c(LLVMFuzzerTestOneInput)
public func fuzzChangeFilter(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = Array(UnsafeBufferPointer(start: start, count: count))
    let string = String(decoding: text, as: UTF8.self)
    var entry = Array(#"{"schema":"public","table":"todos","filter":"#.utf8)
    entry += JSONText(string: string).bytes
    entry.append(UInt8(ascii: "}"))
    guard let json = JSONText(validating: entry) else { preconditionFailure("a binding is JSON") }

    let binding: ChangeBinding
    do throws(ChangesNotice) {
        binding = try ChangeBinding(parsing: json)
    } catch {
        precondition(JSONText(validating: error.payload(channel: "a").bytes) != nil, "no object")
        return 0
    }
    precondition(binding.filters.count <= FilterReader.filterCountMax, "too many conditions")
    for filter in binding.filters {
        precondition(filter.values.count <= FilterReader.valueCountMax, "too many values")
        precondition(filter.comparison == .in || filter.values.count == 1, "not one value")
        let inside = ArrayText.text(filter.values).utf8.dropFirst().dropLast()
        let again = ArrayText.elements(Array(inside)[...])
        precondition(again == filter.values.map(Optional.some), "a list changed by being written")
        for type: UInt32 in [16, 20, 25, 2_950, 0] {
            let test = FilterTest(filter, type: type)
            precondition(test.finding(nil) == .fails, "a missing column fits")
            let finding = test.finding(ArraySlice("null".utf8))
            precondition(test.isExact == (finding != .open), "an exact test asks the database")
        }
    }
    _ = LikePattern(string).matches("todos")
    return 0
}
