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
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV
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
