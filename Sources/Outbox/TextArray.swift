/// PostgreSQL's text form of `text[]`.
enum TextArray {
    /// Takes `{a,"b c"}` apart.
    ///
    /// - Parameter literal: What PostgreSQL wrote for an array of one dimension.
    /// - Returns: Its elements; nil when one is NULL or the text is no such array.
    static func elements(of literal: String) -> [String]? {
        var rest = Array(literal.utf8)[...]
        guard rest.popFirst() == UInt8(ascii: "{"), rest.popLast() == UInt8(ascii: "}") else {
            return nil
        }
        var elements: [String] = []
        while !rest.isEmpty {
            let isQuoted = rest.first == UInt8(ascii: "\"")
            guard let bytes = isQuoted ? quoted(&rest) : plain(&rest) else { return nil }
            elements.append(String(decoding: bytes, as: UTF8.self))
            guard let comma = rest.popFirst() else { return elements }
            guard comma == UInt8(ascii: ","), !rest.isEmpty else { return nil }
        }
        return elements
    }

    private static func quoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        rest.removeFirst()
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return bytes
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                bytes.append(escaped)
            default: bytes.append(byte)
            }
        }
        return nil
    }

    private static func plain(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        let bytes = Array(rest.prefix { $0 != UInt8(ascii: ",") })
        rest = rest.dropFirst(bytes.count)
        let isElement = !bytes.isEmpty && !bytes.contains(UInt8(ascii: "{"))
        return isElement && bytes != Array("NULL".utf8) ? bytes : nil
    }
}
