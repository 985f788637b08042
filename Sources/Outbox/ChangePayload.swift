/// The payload by which a change is broadcast.
///
/// Put together from JSON that PostgreSQL wrote, without reading it again.
enum ChangePayload {
    /// Writes what `realtime.broadcast_changes` would have sent for the same change; and of a row
    /// that is gone from the topics only because it moved to others, that it did.
    ///
    /// - Parameters:
    ///   - id: The row's identifier in the outbox.
    ///   - relation: The change.
    /// - Returns: A JSON object.
    static func json(id: String, _ relation: OutboxMessage.Relation) -> [UInt8] {
        var json: [UInt8] = []
        json.reserveCapacity((relation.old?.count ?? 4) + (relation.new?.count ?? 4) + 192)
        json += Array(#"{"id":"#.utf8)
        quote(id, into: &json)
        json += Array(#","operation":""#.utf8)
        json += Array(relation.operation.rawValue.utf8)
        json += Array(#"","schema":"#.utf8)
        quote(relation.schema, into: &json)
        json += Array(#","table":"#.utf8)
        quote(relation.table, into: &json)
        json += Array(#","record":"#.utf8)
        json += relation.new ?? null
        json += Array(#","old_record":"#.utf8)
        json += relation.old ?? null
        if relation.isMoved { json += Array(#","moved":true"#.utf8) }
        json.append(UInt8(ascii: "}"))
        return json
    }

    private static let null = Array("null".utf8)

    private static func quote(_ text: String, into json: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        json.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                json.append(UInt8(ascii: "\\"))
                json.append(byte)
            case 0..<0x20:
                json += Array("\\u00".utf8)
                json.append(digits[Int(byte >> 4)])
                json.append(digits[Int(byte & 15)])
            default: json.append(byte)
            }
        }
        json.append(UInt8(ascii: "\""))
    }
}
