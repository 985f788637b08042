extension Measure {
    /// As people call it.
    var title: String {
        switch self {
        case .connect: "Connecting"
        case .join: "Joining"
        case .broadcast: "Broadcast"
        case .broadcastUncorrected: "Broadcast, uncorrected"
        case .change: "Change"
        case .commit: "Commit"
        case .acknowledgement: "Acknowledgement"
        case .reconnect: "Coming back"
        case .heartbeat: "Heartbeat"
        }
    }

    /// From when to when it is measured.
    var span: String {
        switch self {
        case .connect: "from when it was due to the end of the handshake"
        case .join: "from the join to its answer"
        case .broadcast: "from when it was due to its arrival"
        case .broadcastUncorrected: "from when it was really sent"
        case .change: "from when its statement was due to its arrival"
        case .commit: "from when the statement was due to its commit"
        case .acknowledgement: "from the broadcast to its acknowledgement"
        case .reconnect: "from the loss's first try to the last join"
        case .heartbeat: "from the heartbeat to its answer"
        }
    }
}
