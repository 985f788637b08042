/// A request for a page or for a WebSocket, as the loop read it.
public struct Request: Sendable {
    /// The HTTP method, in capitals.
    public let method: String

    /// The path without its query, percent-decoded, with `/../`, `/./` and `//` resolved.
    public let path: String

    /// The query's names and values in order, percent-decoded; a name without `=` has the value "".
    public let query: [(name: String, value: String)]

    /// The headers asked for with ``LoopConfiguration/headerNames``, names in lower case.
    public let headers: [String: String]

    /// The address the TCP connection came from, numeric and without a port.
    public let address: String

    /// The index in ``LoopConfiguration/listeners`` of the listener it came by.
    public let listener: Int

    /// Whether it came over TLS.
    public let isTLS: Bool

    /// Puts a request together; tests of a ``LoopDelegate`` need it.
    public init(
        method: String = "GET",
        path: String,
        query: [(name: String, value: String)] = [],
        headers: [String: String] = [:],
        address: String = "127.0.0.1",
        listener: Int = 0,
        isTLS: Bool = false
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.address = address
        self.listener = listener
        self.isTLS = isTLS
    }

    /// The value of the first query field with this name.
    public func queryValue(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }
}
