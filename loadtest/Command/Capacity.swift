/// What a machine can hold, asked before anything is started.
struct Capacity {
    /// Generators that share the connections.
    var generatorCount: Int
    /// Loops of the own gateway, which share its connections; 0 where the server is elsewhere.
    var loopCount: Int
    /// Files that a process may open, connections among them.
    var descriptorCountMax: Int
    /// Bytes of memory that are to be had.
    var availableByteCount: Int

    /// Files of a process beside its connections.
    private static let reserve = 300

    /// What a connection takes on both sides, the system's own share included; half of it where
    /// the server is elsewhere.
    private static let connectionByteCount = 24 * 1_024

    private var hasOwnServer: Bool { loopCount > 0 }

    /// Connections of one generator.
    private var spare: Int { max(0, descriptorCountMax - Self.reserve) }

    /// Connections of the own gateway: the system does not give each loop the same number.
    private var gatewayRoom: Int { loopCount > 1 ? spare - spare / 10 : spare }

    private var memoryRoom: Int {
        availableByteCount * (hasOwnServer ? 1 : 2) / Self.connectionByteCount
    }

    /// As many connections as there can be.
    var connectionCountMax: Int {
        let (all, _) = spare.multipliedReportingOverflow(by: generatorCount)
        return max(1, min(hasOwnServer ? min(all, gatewayRoom) : all, memoryRoom))
    }

    /// Says what is too much for so many connections, and what to do.
    func check(_ connectionCount: Int) throws(Unusable) {
        let share = (connectionCount + generatorCount - 1) / generatorCount
        if hasOwnServer, connectionCount > gatewayRoom {
            throw Unusable(
                "the scenario opens \(connectionCount) connections, and the gateway may hold "
                    + "\(gatewayRoom), as a process may open \(descriptorCountMax) files: "
                    + raise(to: connectionCount) + ", or ask for fewer people with --set"
            )
        }
        if share > spare {
            let enough = spare == 0 ? nil : (connectionCount + spare - 1) / spare
            throw Unusable(
                "each of \(generatorCount) generators opens \(share) connections, and may open "
                    + "\(descriptorCountMax) files: " + raise(to: share)
                    + (enough.map { ", or use --generators \($0)" } ?? "")
                    + ", or ask for fewer people with --set"
            )
        }
        guard connectionCount <= memoryRoom else {
            throw Unusable(
                "\(connectionCount) connections take some \(hasOwnServer ? 24 : 12) KiB each, and "
                    + "\(availableByteCount >> 20) MiB of memory are free: ask for at most "
                    + "\(memoryRoom) people with --set"
            )
        }
    }

    private func raise(to count: Int) -> String {
        "raise the limit (`ulimit -n \(count + count / 8 + Self.reserve)`, as root or by "
            + "limits.conf)"
    }
}
