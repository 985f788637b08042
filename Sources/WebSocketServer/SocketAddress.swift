internal import CLibWebSockets
import Glibc

/// An IPv4 or IPv6 address with a port.
@safe struct SocketAddress {
    private var storage: sockaddr_storage

    init(_ storage: sockaddr_storage) { self.storage = storage }

    /// The address a socket is bound to.
    init?(ofSocket descriptor: Int32) {
        storage = sockaddr_storage()
        var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &count)
            }
        }
        guard code == 0 else { return nil }
    }

    /// The addresses a host stands for, each once.
    static func resolve(host: String) throws(LoopError) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, "0", &hints, &list) == 0 else { throw .unknownHost(host) }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = unsafe list
        while let current = unsafe entry {
            var storage = sockaddr_storage()
            if let address = unsafe current.pointee.ai_addr {
                unsafe memcpy(&storage, address, Int(current.pointee.ai_addrlen))
                let found = SocketAddress(storage)
                if !addresses.contains(where: { $0.hostText == found.hostText }) {
                    addresses.append(found)
                }
            }
            unsafe entry = current.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw .unknownHost(host) }
        return addresses
    }

    var family: Int32 { Int32(storage.ss_family) }

    private var byteCount: socklen_t {
        socklen_t(
            family == AF_INET6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        )
    }

    /// Lends the address to a C call.
    func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        unsafe withUnsafePointer(to: storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, byteCount)
            }
        }
    }

    /// The port; it stands in the same place in both families.
    var port: Int {
        unsafe withUnsafePointer(to: storage) {
            unsafe $0.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                Int(UInt16(bigEndian: unsafe $0.pointee.sin_port))
            }
        }
    }

    func with(port: Int) -> SocketAddress {
        var copy = self
        unsafe withUnsafeMutablePointer(to: &copy.storage) {
            unsafe $0.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe $0.pointee.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
            }
        }
        return copy
    }

    /// What one customer has for certain: an IPv4 address, or the first half of an IPv6 one.
    var groupText: String {
        let text = hostText
        guard text.contains(":") else { return text }
        var copy = self
        unsafe withUnsafeMutablePointer(to: &copy.storage) {
            unsafe $0.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                unsafe $0.pointee.sin6_addr.__in6_u.__u6_addr32.2 = 0
                unsafe $0.pointee.sin6_addr.__in6_u.__u6_addr32.3 = 0
            }
        }
        return copy.hostText
    }

    /// The numeric address without its port; IPv4 inside of IPv6 is written as IPv4.
    var hostText: String {
        var bytes = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = unsafe withPointer { address, count in
            unsafe getnameinfo(
                address,
                count,
                &bytes,
                socklen_t(bytes.count),
                nil,
                0,
                NI_NUMERICHOST
            )
        }
        guard code == 0 else { return "" }
        let text = String(
            decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
    }
}
