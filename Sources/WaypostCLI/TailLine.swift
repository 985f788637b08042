import Foundation
import WebSocketClient
import Wire

/// A received message as a line for people or for programs.
struct TailLine {
    /// The line; nil for what nobody wants to see, such as replies.
    let text: String?

    init(_ message: ReceivedMessage, isJSON: Bool) {
        guard message.name != MessageName.reply.rawValue else {
            text = nil
            return
        }
        text = isJSON ? Self.json(message) : Self.human(message)
    }

    private static func json(_ message: ReceivedMessage) -> String {
        #"{"topic":\#(JSONText(string: message.topic).text),"#
            + #""event":\#(JSONText(string: message.name).text),"payload":\#(message.payload.text)"#
            + (message.bytes.map { #","bytes":"\#(Data($0).base64EncodedString())"}"# } ?? "}")
    }

    /// The time, what happened, and to what: `12:00:01  UPDATE trips id=1  name: "A" → "B"`.
    private static func human(_ message: ReceivedMessage) -> String {
        let style = Date.ISO8601FormatStyle(timeZone: .current)
        let time = Date.now.formatted(style.time(includingFractionalSeconds: false))
        guard let payload = try? JSON(parsing: message.payload.bytes) else {
            return "\(time)  \(message.name)"
        }
        if message.name == MessageName.system.rawValue {
            return "\(time)  system  \(payload["message"]?.stringValue ?? "")"
        }
        let name = payload["event"]?.stringValue ?? message.name
        if let bytes = message.bytes { return "\(time)  \(name)  \(bytes.count) bytes" }
        guard let body = payload["payload"] else { return "\(time)  \(name)" }
        guard let table = body["table"]?.stringValue, body["operation"] != nil else {
            return "\(time)  \(name)  \(body.text.text)"
        }
        return "\(time)  \(name) \(table)\(difference(body["old_record"], body["record"]))"
    }

    private static func difference(_ old: JSON?, _ new: JSON?) -> String {
        guard case .object(let members) = new else { return fields(of: old) }
        guard case .object = old else { return fields(of: new) }
        let id = new?["id"].map { "  id=\($0.text.text)" } ?? ""
        let changed = members.compactMap { member -> String? in
            let before = old?[member.key]
            guard before != member.value, member.key != "updated_at" else { return nil }
            return "  \(member.key): \(before?.text.text ?? "–") → \(member.value.text.text)"
        }
        return id + changed.joined()
    }

    private static func fields(of record: JSON?) -> String {
        guard case .object(let members) = record else { return "" }
        return members.filter { $0.value != .null }.prefix(8)
            .map { "  \($0.key)=\($0.value.text.text)" }.joined()
    }
}
