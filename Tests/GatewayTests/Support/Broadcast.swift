import Testing
import WebSocketClient
import Wire

/// A broadcast that a member received, taken apart.
struct Broadcast {
    let topic: String
    let name: String
    let payload: JSON
    /// The id of a broadcast from the database.
    let id: String?
    /// Whether it was sent before the join.
    let isReplayed: Bool
    let message: ReceivedMessage

    init(_ message: ReceivedMessage) throws {
        let whole = try JSON(parsing: message.payload.bytes)
        #expect(whole["type"]?.stringValue == "broadcast")
        topic = message.topic
        name = try #require(whole["event"]?.stringValue)
        payload = whole["payload"] ?? .null
        id = whole["meta"]?["id"]?.stringValue
        isReplayed = whole["meta"]?["replayed"] == .bool(true)
        self.message = message
    }

    /// What happened to which row of which table, for changes.
    var change: String {
        let record = payload["record"] == .null ? payload["old_record"] : payload["record"]
        return "\(name) \(payload["table"]?.stringValue ?? "?") \(record?["id"]?.text.text ?? "?")"
    }
}
