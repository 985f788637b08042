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

    private static func port(of descriptor: Int32) -> Int? {
        var address = sockaddr_in()
        var byteCount = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe getsockname(descriptor, pointer, &byteCount)
            }
        }
        return code == 0 ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }
}
