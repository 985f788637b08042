/// The payload of `access_token` messages.
public struct AccessTokenPayload: Hashable, Sendable {
    /// The token to use from now on; nil when the message is to be ignored.
    ///
    /// Ignored are a missing token, anything that is no string, and opaque keys (`sb_…`), which are
    /// no tokens. Whether it is the token that the channel already has is for the reader to see.
    public let token: String?

    /// Reads a payload; nothing in it is an error.
    public init(parsing payload: JSONText) {
        let token = JSONFields(payload, ["access_token"])?["access_token"]?.stringValue
        self.token = token.flatMap { Self.isOpaqueKey($0) ? nil : $0 }
    }

    /// Whether `text` is a key that stands for a role without being a token.
    ///
    /// - Parameter text: What came in place of a token.
    /// - Returns: True for everything that begins with `sb_`.
    public static func isOpaqueKey(_ text: String) -> Bool {
        text.utf8.starts(with: "sb_".utf8)
    }
}
