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

extension Response {
    /// An answer whose body is the text of a JSON value.
    public static func json(
        _ status: Int,
        _ text: String,
        headers: [(name: String, value: String)] = []
    ) -> Response {
        Response(
            status: status,
            contentType: "application/json",
            body: Array(text.utf8),
            headers: headers
        )
    }

    /// The answer to a method that a path does not know.
    public static let methodNotAllowed = Response.json(
        405,
        #"{"error":"method not allowed"}"#,
        headers: [("allow", "GET, HEAD")]
    )

    static let bodyTooLarge = Response.json(413, #"{"error":"the body is too large"}"#)
    static let tooManyRequests = Response.json(429, #"{"message":"Too many requests"}"#)
}
