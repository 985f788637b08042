/// What a gateway answers to a request that it does not make a WebSocket of.
public struct HTTPAnswer: Hashable, Sendable {
    /// One line of the head.
    public struct Header: Hashable, Sendable {
        /// The name in lower case.
        public let name: String

        /// The value without white space around it.
        public let value: String
    }

    /// The status, such as 401.
    public let status: Int

    /// The head's lines in their order.
    public let headers: [Header]

    /// The body as far as it came.
    public var body: [UInt8]

    /// The body as text, whatever is no UTF-8 replaced.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of the first header with a name; nil when there is none.
    ///
    /// - Parameter name: In lower case.
    /// - Returns: The value as it came.
    public func value(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    /// Bytes of body that the head promises; nil when the stream's end ends it.
    var bodyByteCount: Int? { value("content-length").flatMap { Int($0) }.map { max($0, 0) } }

    /// Reads a head, without the empty line that ends it.
    ///
    /// - Returns: Nil when it is no head of HTTP/1.1.
    init?(head: some Collection<UInt8>) {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, first.hasPrefix("HTTP/1."), first.utf8.count >= 12 else {
            return nil
        }
        let digits = first.utf8.dropFirst(9).prefix(3)
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let status = Int(String(decoding: digits, as: UTF8.self)), status >= 100
        else { return nil }
        var headers: [Header] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...]
            headers.append(
                Header(name: line[..<colon].lowercased(), value: Self.withoutBlanks(value))
            )
        }
        self.status = status
        self.headers = headers
        body = []
    }

    private static func withoutBlanks(_ text: Substring) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        var rest = text.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(rest)
    }
}
