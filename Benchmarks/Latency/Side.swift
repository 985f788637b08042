/// Which way a change is heard.
enum Side: CaseIterable, Sendable {
    /// Through the outbox and the gateway.
    case gateway

    /// By a bare LISTEN, from a trigger's NOTIFY.
    case bare

    /// The table whose changes go this way.
    var table: String {
        switch self {
        case .gateway: "public.itinerary_items"
        case .bare: "public.bare_items"
        }
    }
}
