import FoundationEssentials
import Glibc

/// A TCP port that takes connections into its backlog and never says a word.
final class SilentListener {
    struct NoPort: Error {}

    let port: Int
    private let descriptor: Int32

    /// Listens without an address of its own, so that the kernel chooses the port.
    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0, listen(descriptor, 8) == 0,
            let port = Self.port(of: descriptor)
        else { throw NoPort() }
        self.port = port
    }

    deinit {
        close(descriptor)
    }

    /// The port of a descriptor, by way of its inode in the kernel's table.
    private static func port(of descriptor: Int32) -> Int? {
        guard
            let link = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/fd/\(descriptor)"
            ),
            let table = FileManager.default.contents(atPath: "/proc/net/tcp")
        else { return nil }
        let inode = link.filter(\.isNumber)
        for line in String(decoding: table, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[9] == inode else { continue }
            return fields[1].split(separator: ":").last.flatMap { Int($0, radix: 16) }
        }
        return nil
    }
}
