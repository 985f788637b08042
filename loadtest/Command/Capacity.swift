/// Whether a machine can hold a scenario, asked before anything is started.
struct Capacity {
    /// Connections of all generators.
    var connectionCount: Int
    /// Generators that share them.
    var generatorCount: Int
    /// Files that a process may open, connections among them.
    var descriptorCountMax: Int
    /// Bytes of memory that are to be had.
    var availableByteCount: Int
    /// Whether the server runs here as well.
    var hasOwnServer: Bool

    /// Files of a process beside its connections.
    private static let reserve = 300

    /// What a connection takes on both sides, the system's own share included; half of it where
    /// the server is elsewhere.
    private static let connectionByteCount = 24 * 1_024

    /// Says what is too much, and what to do.
    func check() throws(Unusable) {
        let room = max(0, descriptorCountMax - Self.reserve)
        let share = (connectionCount + generatorCount - 1) / generatorCount
        if hasOwnServer, connectionCount > room {
            throw Unusable(
                "the scenario opens \(connectionCount) connections, and the gateway may hold "
                    + "\(room), as a process may open \(descriptorCountMax) files: "
                    + raise(to: connectionCount) + ", or ask for fewer people with --set"
            )
        }
        if share > room {
            let enough = room == 0 ? nil : (connectionCount + room - 1) / room
            throw Unusable(
                "each of \(generatorCount) generators opens \(share) connections, and may open "
                    + "\(descriptorCountMax) files: " + raise(to: share)
                    + (enough.map { ", or use --generators \($0)" } ?? "")
                    + ", or ask for fewer people with --set"
            )
        }
        let byteCount = connectionCount * Self.connectionByteCount / (hasOwnServer ? 1 : 2)
        guard byteCount <= availableByteCount else {
            let holds =
                availableByteCount * (hasOwnServer ? 1 : 2) / Self.connectionByteCount
            throw Unusable(
                "\(connectionCount) connections take some \(Self.mebibytes(byteCount)) MiB, and "
                    + "\(Self.mebibytes(availableByteCount)) MiB are free: ask for at most "
                    + "\(holds) people with --set"
            )
        }
    }

    private func raise(to count: Int) -> String {
        "raise the limit (`ulimit -n \(count + Self.reserve)`, as root or by limits.conf)"
    }

    private static func mebibytes(_ byteCount: Int) -> Int { byteCount >> 20 }
}
