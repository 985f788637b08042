/// Why a broadcast that asked for an answer is refused.
///
/// A broadcast that is not permitted gets no answer at all, as libraries know it.
public enum BroadcastRefusal: String, CaseIterable, Hashable, Sendable {
    /// The payload is longer than the topic allows.
    case payloadTooLarge = "payload_size_exceeded"

    /// The exact text that the reply carries.
    public var reason: String { rawValue }

    /// The reply's response: an object, as every library takes one, and not all take a string.
    public var response: JSONText {
        var object = JSONObjectWriter(byteCount: 48)
        object.append("reason", string: reason)
        return object.finish()
    }

    /// Every refusal with its meaning, for the documentation.
    public static let catalogue: [CatalogueEntry] = allCases.map { refusal in
        switch refusal {
        case .payloadTooLarge:
            CatalogueEntry(
                code: "payloadTooLarge",
                text: refusal.reason,
                meaning: "The payload is longer than the limit; without `ack` it is dropped.",
                advice: .sendLess
            )
        }
    }
}
