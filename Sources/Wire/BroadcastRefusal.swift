/// Why a broadcast that asked for an answer is refused.
///
/// A broadcast that is not permitted gets no answer at all, as libraries know it.
public enum BroadcastRefusal: String, CaseIterable, Hashable, Sendable {
    /// The payload is longer than the topic allows.
    case payloadTooLarge = "payload_size_exceeded"

    /// The topic's file does not list the broadcast's name.
    case nameNotListed = "BroadcastNotListed: This topic carries no broadcast of this name"

    /// The channel sends more broadcasts a second than the topic's file allows.
    case rateExceeded = "BroadcastRateExceeded: Too many broadcasts a second on this topic"

    /// The broadcast is a piece of a text that is being generated.
    case tokenStream =
        "TokenStreamRefused: Stream tokens over an HTTP response of their own; send the whole text once"

    /// The exact text that the reply carries.
    public var reason: String { rawValue }

    /// The reply's response: an object, as every library takes one, and not all take a string.
    public var response: JSONText {
        var object = JSONObjectWriter(byteCount: 160)
        object.append("reason", string: reason)
        return object.finish()
    }

    private var name: String {
        switch self {
        case .payloadTooLarge: "payloadTooLarge"
        case .nameNotListed: "nameNotListed"
        case .rateExceeded: "rateExceeded"
        case .tokenStream: "tokenStream"
        }
    }

    private var meaning: String {
        switch self {
        case .payloadTooLarge:
            "The payload is longer than the limit, or than the topic's file allows; without `ack` it "
                + "is dropped."
        case .nameNotListed:
            "The topic's file lists the names of broadcasts, and this one is not among them; without "
                + "`ack` it is dropped."
        case .rateExceeded:
            "The channel sends more broadcasts a second than the topic's file allows; without `ack` "
                + "it is dropped."
        case .tokenStream:
            "The broadcast has a name that streams of tokens have, or is one of many whose text grows "
                + "faster than people write; without `ack` it is dropped."
        }
    }

    /// What whoever gets it does next.
    public var advice: Advice {
        switch self {
        case .payloadTooLarge, .rateExceeded: .sendLess
        case .nameNotListed, .tokenStream: .correct
        }
    }

    /// Every refusal with its meaning, for the documentation.
    public static let catalogue: [CatalogueEntry] = allCases.map { refusal in
        CatalogueEntry(
            code: refusal.name,
            text: refusal.reason,
            meaning: refusal.meaning,
            advice: refusal.advice
        )
    }
}
