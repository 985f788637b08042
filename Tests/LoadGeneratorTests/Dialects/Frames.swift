import LoadGenerator

@testable import LoadScenarios

extension Dialect {
    /// What a text message is.
    func arrival(_ text: String) -> Arrival {
        let bytes = Array(text.utf8)
        return arrival(bytes.span, isBinary: false)
    }

    /// What a message of bytes is.
    func arrival(_ bytes: [UInt8]) -> Arrival { arrival(bytes.span, isBinary: true) }

    /// Why a text message refuses something.
    func reason(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return reason(bytes.span, isBinary: false)
    }
}

extension OutgoingMessage {
    /// The bytes as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension TopicPlan {
    /// A plan for `trip:1` with what is named.
    static func example(
        isPrivate: Bool = false,
        receivesOwn: Bool = false,
        acknowledges: Bool = false,
        hasPresence: Bool = false,
        replays: Bool = false
    ) -> TopicPlan {
        TopicPlan(
            topic: Template("trip:1"),
            isPrivate: isPrivate,
            receivesOwn: receivesOwn,
            acknowledges: acknowledges,
            hasPresence: hasPresence,
            replays: replays,
            mayBeUnmarked: false
        )
    }
}
