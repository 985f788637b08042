/// Writes one small object, member by member.
struct JSONObjectWriter {
    private var bytes: [UInt8] = [.openBrace]

    /// Makes room for an object of about `byteCount` bytes.
    init(byteCount: Int) {
        bytes.reserveCapacity(byteCount)
    }

    /// Appends a member; the caller sees to it that no key comes twice.
    mutating func append(_ key: String, _ value: JSONText) {
        appendKey(key)
        bytes.append(contentsOf: value.bytes)
    }

    /// Appends a member whose value is a string.
    mutating func append(_ key: String, string: String) {
        appendKey(key)
        JSONQuoting.append(string, to: &bytes)
    }

    /// Appends a member as it was written elsewhere.
    mutating func append(written key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        if bytes.count > 1 { bytes.append(.comma) }
        bytes.append(contentsOf: key)
        bytes.append(.colon)
        bytes.append(contentsOf: value)
    }

    /// Closes the object.
    consuming func finish() -> JSONText {
        bytes.append(.closeBrace)
        return JSONText(trusted: bytes)
    }

    private mutating func appendKey(_ key: String) {
        if bytes.count > 1 { bytes.append(.comma) }
        JSONQuoting.append(key, to: &bytes)
        bytes.append(.colon)
    }
}
