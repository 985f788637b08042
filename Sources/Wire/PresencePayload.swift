/// Writes the payloads of `presence_state` and `presence_diff`.
public enum PresencePayload {
    /// What stands under one key: one entry for each channel that is present there.
    public struct Group: Hashable, Sendable {
        /// The key.
        public let key: String

        /// Its entries, each written by ``PresencePayload/meta(_:reference:previous:)``.
        public var metas: [JSONText]

        /// Puts a key and its entries together.
        public init(key: String, metas: [JSONText]) {
            self.key = key
            self.metas = metas
        }
    }

    private static let referenceKey = "phx_ref"
    private static let previousKey = "phx_ref_prev"

    /// Writes one entry: the tracked object with the references by which libraries tell entries
    /// apart.
    ///
    /// Members of the object with the references' names are left out; nobody shows up as
    /// somebody else's entry.
    ///
    /// - Parameters:
    ///   - payload: The tracked object.
    ///   - reference: The entry's own reference.
    ///   - previous: The reference of the entry that this one replaces; nil when it is new.
    /// - Returns: One object, the tracked members as they were written.
    public static func meta(_ payload: JSONText, reference: String, previous: String?) -> JSONText {
        var object = JSONObjectWriter(byteCount: payload.bytes.count + 80)
        object.append(referenceKey, string: reference)
        if let previous { object.append(previousKey, string: previous) }
        let bytes = payload.bytes
        guard let members = members(of: bytes) else {
            preconditionFailure("what is tracked is a valid object")
        }
        let ours = [referenceKey, previousKey]
        for member in members
        where !ours.contains(where: { JSONScanner.key(bytes.span, member.key, is: $0) }) {
            object.append(written: bytes[member.key], bytes[member.value])
        }
        return object.finish()
    }

    private static func members(
        of object: [UInt8]
    ) -> [(key: Range<Int>, value: Range<Int>)]? {
        var members: [(key: Range<Int>, value: Range<Int>)] = []
        do throws(MalformedJSON) {
            _ = try JSONScanner.endOfObject(object.span, from: 0) { key, value in
                members.append((key, value))
            }
        } catch {
            return nil
        }
        return members
    }

    /// Writes everybody who is present.
    ///
    /// - Parameter groups: Each key once.
    /// - Returns: An object with a member for each key; `{}` when nobody is there.
    public static func state(_ groups: [Group]) -> JSONText {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 + groups.reduce(0) { $0 + byteCount(of: $1) })
        append(groups, to: &bytes)
        return JSONText(trusted: bytes)
    }

    /// Writes who came and who went; both members are there, empty or not.
    ///
    /// - Parameters:
    ///   - joins: The new entries, each key once.
    ///   - leaves: The entries that are no more, each key once.
    /// - Returns: An object of two members.
    public static func diff(joins: [Group], leaves: [Group]) -> JSONText {
        var bytes = Array(#"{"joins":"#.utf8)
        bytes.reserveCapacity(32 + (joins + leaves).reduce(0) { $0 + byteCount(of: $1) })
        append(joins, to: &bytes)
        bytes.append(contentsOf: #","leaves":"#.utf8)
        append(leaves, to: &bytes)
        bytes.append(.closeBrace)
        return JSONText(trusted: bytes)
    }

    private static func byteCount(of group: Group) -> Int {
        group.metas.reduce(group.key.utf8.count + 16) { $0 + $1.bytes.count + 1 }
    }

    private static func append(_ groups: [Group], to bytes: inout [UInt8]) {
        bytes.append(.openBrace)
        for (index, group) in groups.enumerated() {
            if index > 0 { bytes.append(.comma) }
            JSONQuoting.append(group.key, to: &bytes)
            bytes.append(contentsOf: #":{"metas":["#.utf8)
            for (index, meta) in group.metas.enumerated() {
                if index > 0 { bytes.append(.comma) }
                bytes.append(contentsOf: meta.bytes)
            }
            bytes.append(.closeBracket)
            bytes.append(.closeBrace)
        }
        bytes.append(.closeBrace)
    }
}
