internal import Glibc

/// One IP address with its port, as the system wants it: the bytes of a `sockaddr`.
struct HostAddress: Hashable, Sendable {
    /// `AF_INET` or `AF_INET6`.
    let family: Int32

    /// The `sockaddr`.
    let bytes: [UInt8]

    /// Asks the system for the addresses of a host.
    ///
    /// This blocks as long as the system's resolver does; IP addresses and `localhost` are answered
    /// at once.
    ///
    /// - Returns: At least one address, in the order to be tried.
    /// - Throws: ``WebSocketFailure/hostUnknown(code:)``.
    static func resolve(
        host: String,
        port: UInt16
    ) throws(WebSocketFailure) -> [HostAddress] {
        try find(host, port, flags: AI_NUMERICSERV)
    }

    /// Reads an IP address of this machine.
    ///
    /// - Returns: The address, its port left to the system.
    /// - Throws: ``WebSocketFailure/hostUnknown(code:)``.
    static func source(_ text: String) throws(WebSocketFailure) -> HostAddress {
        try find(text, 0, flags: AI_NUMERICSERV | AI_NUMERICHOST)[0]
    }

    /// Lends the bytes to a call of the system.
    func withAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return Int32(-1) }
            let address = unsafe start.assumingMemoryBound(to: sockaddr.self)
            return unsafe body(address, socklen_t(bytes.count))
        }
    }

    private static func find(
        _ host: String,
        _ port: UInt16,
        flags: Int32
    ) throws(WebSocketFailure) -> [HostAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = flags
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { throw .hostUnknown(code: code) }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [HostAddress] = []
        var entry = unsafe list
        while let info = unsafe entry?.pointee {
            let bytes = unsafe UnsafeRawBufferPointer(
                start: info.ai_addr,
                count: Int(info.ai_addrlen)
            )
            addresses.append(HostAddress(family: unsafe info.ai_family, bytes: unsafe Array(bytes)))
            unsafe entry = info.ai_next
        }
        guard !addresses.isEmpty else { throw .hostUnknown(code: EAI_NONAME) }
        return addresses
    }
}
