internal import FoundationEssentials
internal import Glibc
internal import Locking

/// TCP ports nobody listens on, for the programs that cannot be given port 0.
///
/// Where a program can, port 0 is better: between choosing and binding another process may be
/// faster. The numbers lie below the range from which the kernel takes ports for outgoing
/// connections, and each is given out once per process.
public enum FreePort {
    private static let range = 20_000..<32_000
    private static let given = Locked(Set<Int>())

    /// Chooses a port.
    ///
    /// - Returns: A port that was free a moment ago.
    public static func next() -> Int {
        let used = portsInUse()
        return given.withLock { given in
            // Processes that start together begin at different places.
            let start = Int(getpid()) &* 97 % range.count
            for step in 0..<range.count {
                let port = range.lowerBound + (start + step) % range.count
                if !used.contains(port), given.insert(port).inserted { return port }
            }
            preconditionFailure("all \(range.count) ports are in use")
        }
    }

    /// Every local port of the kernel's tables: `sl local_address …`, with the port in hexadecimal.
    private static func portsInUse() -> Set<Int> {
        var ports: Set<Int> = []
        for path in ["/proc/net/tcp", "/proc/net/tcp6"] {
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            for line in String(decoding: data, as: UTF8.self).split(separator: "\n").dropFirst() {
                let fields = line.split(separator: " ")
                guard fields.count > 1,
                    let port = fields[1].split(separator: ":").last.flatMap({ Int($0, radix: 16) })
                else { continue }
                ports.insert(port)
            }
        }
        return ports
    }
}
