import LoadGenerator

/// A server that `loadtest peers` knows how to start.
enum PeerKind: String, CaseIterable {
    /// One raw `send()` for each delivery, from C.
    case floor
    /// The same, with all messages of a turn of its loop joined.
    case coalescingFloor = "floor-coalescing"
    case waypost
    /// nginx with nchan.
    case nchan
    case nats
    /// A bridge of websockets and asyncpg.
    case python

    /// The file in `loadtest/peers` that starts it; nil for Waypost, which the tool starts itself.
    var script: String? {
        switch self {
        case .floor, .coalescingFloor: "floor"
        case .waypost: nil
        case .nchan, .nats, .python: rawValue
        }
    }

    /// What the script is told behind the port and the core.
    var arguments: [String] { self == .coalescingFloor ? ["--coalesce"] : [] }

    /// How it is spoken to.
    var dialect: DialectName {
        switch self {
        case .waypost: .realtime
        case .nats: .nats
        case .floor, .coalescingFloor, .nchan, .python: .plain
        }
    }

    /// Reads `floor,waypost,nchan`.
    static func list(_ text: String) throws(Unusable) -> [PeerKind] {
        try text.split(separator: ",").map { name throws(Unusable) in
            guard let kind = PeerKind(rawValue: String(name)) else {
                let known = allCases.map(\.rawValue).joined(separator: ", ")
                throw Unusable("--peers \(name): there are \(known)")
            }
            return kind
        }
    }
}
