/// An answer to a plain request, or to a handshake that is refused.
public struct Response: Sendable {
    /// The HTTP status, 200 to 599.
    public let status: Int

    /// The media type of ``body``.
    public let contentType: String

    /// The whole body; the loop adds `content-length`.
    public let body: [UInt8]

    /// Further headers.
    ///
    /// A line break in a name or a value ends the value there.
    public let headers: [(name: String, value: String)]

    /// Puts an answer together.
    public init(
        status: Int,
        contentType: String = "text/plain; charset=utf-8",
        body: [UInt8] = [],
        headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.headers = headers
    }
}
