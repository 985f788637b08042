import Topics
import Wire

/// Writes changes for channels, each text once for everybody who gets the same.
struct ChangeEncoder {
    /// Why a channel learns that there was a change, and nothing of it.
    enum Refusal: String {
        case noKey = "Error 400: Bad Request, no primary key"
        case keyUnreadable = "Error 401: Unauthorized"

        /// Finds out whether the role whose columns these are is refused the change.
        init?(_ image: RowImage, readable: Set<String>) {
            guard image.row.operation != .delete else { return nil }
            if !image.table.hasKey {
                self = .noKey
            } else if !image.table.columns.allSatisfy({ !$0.isKey || readable.contains($0.name) }) {
                self = .keyUnreadable
            } else {
                return nil
            }
        }
    }

    /// What of a change is shown.
    private struct View: Hashable {
        let columns: [Int]
        let refusal: Refusal?
    }

    /// What makes two channels get the same message.
    private struct MessageKey: Hashable {
        let view: View
        let ids: [Int]
        let topic: ExactText
        let serializer: Serializer
    }

    private struct ChoiceKey: Hashable {
        let role: ExactText
        let columns: [String]?
    }

    private let readable: (UInt32, String) -> Set<String>
    private var image: RowImage?
    private var committedAt: Int64 = 0
    private var views: [ChoiceKey: View] = [:]

    /// What each channel gets: for each view, the numbers of its bindings by their places.
    private var wanted: [ChangeMember.Address: (ChangeMember, [View: [(place: Int, id: Int)]])] =
        [:]
    private var order: [ChangeMember.Address] = []

    init(readable: @escaping (UInt32, String) -> Set<String>) { self.readable = readable }

    /// Begins with a change.
    mutating func begin(_ image: RowImage, committedAt: Int64) {
        self.image = image
        self.committedAt = committedAt
        views = [:]
        wanted = [:]
        order = []
    }

    /// Adds a channel's bindings that the change fits.
    mutating func add(_ member: ChangeMember, _ choices: [TableIndex.Choice], _ refusal: Refusal?) {
        if wanted[member.address] == nil {
            wanted[member.address] = (member, [:])
            order.append(member.address)
        }
        for choice in choices {
            let view = view(member.caller.role, choice.columns, refusal)
            wanted[member.address]?.1[view, default: []].append((choice.place, choice.id))
        }
    }

    /// Writes what was added.
    mutating func finish() -> [ChangeDelivery] {
        guard let image else { return [] }
        var channels: [MessageKey: [Int: [UInt64]]] = [:]
        var keys: [MessageKey] = []
        for address in order {
            guard let (member, views) = wanted[address] else { continue }
            for (view, choices) in views.sorted(by: { Self.first($0.value) < Self.first($1.value) })
            {
                let key = MessageKey(
                    view: view,
                    ids: choices.sorted { $0.place < $1.place }.map(\.id),
                    topic: ExactText(member.topic),
                    serializer: member.serializer
                )
                if channels[key] == nil { keys.append(key) }
                channels[key, default: [:]][address.loop, default: []].append(address.channel)
            }
        }
        var data: [View: [UInt8]] = [:]
        return keys.flatMap { key in
            let text = data[key.view] ?? self.data(image, key.view)
            data[key.view] = text
            let message = Self.message(key, text)
            return (channels[key] ?? [:]).sorted { $0.key < $1.key }.map { loop, channels in
                ChangeDelivery(loop: loop, message: message, channels: channels)
            }
        }
    }

    private static func first(_ choices: [(place: Int, id: Int)]) -> Int {
        choices.lazy.map(\.place).min() ?? 0
    }

    private mutating func view(_ role: String, _ columns: [String]?, _ refusal: Refusal?) -> View {
        let key = ChoiceKey(role: ExactText(role), columns: columns)
        if let known = views[key] { return known }
        guard let image else { return View(columns: [], refusal: refusal) }
        let readable = readable(image.table.oid, role)
        let places = image.table.columns.indices.filter { place in
            let column = image.table.columns[place]
            return refusal == nil && readable.contains(column.name)
                && (columns.map { $0.contains(column.name) } ?? true || column.isKey)
        }
        let view = View(columns: places, refusal: refusal)
        views[key] = view
        return view
    }

    private func data(_ image: RowImage, _ view: View) -> [UInt8] {
        let row = image.row
        let columns = view.columns.map { image.table.columns[$0] }
        var bytes = Array(#"{"schema":"#.utf8)
        bytes += JSONText(string: row.table.schema).bytes
        bytes += Array(#","table":"#.utf8) + JSONText(string: row.table.name).bytes
        bytes += Array(#","type":"\#(row.operation.rawValue)","commit_timestamp":"#.utf8)
        let instant = view.refusal == nil ? "\"\(CommitTimestamp.text(committedAt))\"" : "null"
        bytes += Array(instant.utf8)
        bytes += Array(#","columns":["#.utf8)
        for (place, column) in columns.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += Array(#"{"name":"#.utf8) + JSONText(string: column.name).bytes
            bytes += Array(#","type":"#.utf8) + JSONText(string: column.type).bytes
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
        if row.operation != .delete {
            bytes += Array(#","record":"#.utf8) + image.record(columns)
        }
        if row.operation != .insert {
            bytes += Array(#","old_record":"#.utf8) + image.oldRecord(columns)
        }
        bytes += Array(#","errors":\#(Self.errors(image, view))}"#.utf8)
        return bytes
    }

    private static func errors(_ image: RowImage, _ view: View) -> String {
        if let refusal = view.refusal { return "[\"\(refusal.rawValue)\"]" }
        return image.isTooLarge ? #"["Error 413: Payload Too Large"]"# : "null"
    }

    private static func message(_ key: MessageKey, _ data: [UInt8]) -> EncodedMessage {
        let ids = key.ids.map(String.init).joined(separator: ",")
        var payload = Array(#"{"ids":[\#(ids)],"data":"#.utf8)
        payload.reserveCapacity(payload.count + data.count + 1)
        payload += data
        payload.append(UInt8(ascii: "}"))
        return MessageEncoder(serializer: key.serializer).push(
            joinRef: .null,
            ref: .null,
            topic: key.topic.text,
            name: MessageName.postgresChanges.rawValue,
            payload: JSONText(trusted: payload)
        )
    }
}
