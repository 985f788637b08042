internal import Wire

/// What the comment at a function or a policy says: that a topic file asked for it.
struct SchemaNote: Hashable {
    /// The family that it belongs to; nil for what all families share.
    let family: String?
    /// Tells one text of the object from another.
    let digest: String
    /// The fingerprint of what PostgreSQL made of a policy, to notice what was altered by hand.
    let fingerprint: String?

    init(family: String?, digest: String, fingerprint: String? = nil) {
        self.family = family
        self.digest = digest
        self.fingerprint = fingerprint
    }

    /// Reads a comment; nil for anybody else's.
    init?(comment: String) {
        guard let note = try? JSON(parsing: Array(comment.utf8)),
            note["made by"]?.stringValue == "Waypost",
            let digest = note["digest"]?.stringValue,
            let family = note["family"]
        else { return nil }
        self.digest = digest
        self.family = family.stringValue
        fingerprint = note["fingerprint"]?.stringValue
    }

    /// A text as JSON has it, with its quotation marks.
    static func quoted(_ text: String) -> String { JSON.string(text).text.text }

    /// The comment.
    var text: String {
        var members: [JSON.Member] = [
            .init(key: "made by", value: .string("Waypost")),
            .init(key: "family", value: family.map(JSON.string) ?? .null),
            .init(key: "digest", value: .string(digest)),
        ]
        if let fingerprint {
            members.append(.init(key: "fingerprint", value: .string(fingerprint)))
        }
        return JSON.object(members).text.text
    }
}
