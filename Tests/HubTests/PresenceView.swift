import Wire

/// What an official library makes of the presence messages of one channel, and whether they fit.
struct PresenceView {
    /// What the library shows: each entry's object by its reference, by key.
    private(set) var shown: [String: [String: String]] = [:]
    private(set) var isSynced = false

    /// What went wrong: an entry that came twice, one that left without having been there.
    private(set) var faults: [String] = []

    /// The entries without their references: what users of the library see.
    var entries: [String] {
        shown.flatMap { key, metas in metas.values.map { "\(key) \($0)" } }.sorted()
    }

    mutating func take(name: String, _ payload: JSON) {
        switch name {
        case "presence_state":
            shown = Self.metas(payload)
            isSynced = true
        case "presence_diff":
            guard isSynced else {
                faults.append("a diff before the state")
                return
            }
            for (key, metas) in Self.metas(payload["joins"] ?? .null) {
                for (reference, meta) in metas {
                    let known = shown[key, default: [:]].updateValue(meta, forKey: reference)
                    if known != nil { faults.append("\(key) came twice") }
                }
            }
            for (key, metas) in Self.metas(payload["leaves"] ?? .null) {
                for reference in metas.keys {
                    let known = shown[key]?.removeValue(forKey: reference)
                    if known == nil { faults.append("\(key) left without being there") }
                }
                if shown[key]?.isEmpty == true { shown[key] = nil }
            }
        default: break
        }
    }

    private static func metas(_ groups: JSON) -> [String: [String: String]] {
        var all: [String: [String: String]] = [:]
        for group in groups.objectValue ?? [] {
            for meta in group.value["metas"]?.arrayValue ?? [] {
                let members = meta.objectValue ?? []
                let plain = members.filter { !$0.key.hasPrefix("phx_ref") }
                let reference = meta["phx_ref"]?.stringValue ?? "none"
                all[group.key, default: [:]][reference] = JSON.object(plain).text.text
            }
        }
        return all
    }
}
