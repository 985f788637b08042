internal import CLibWebSockets
import Glibc

/// One bound and listening TCP socket, closed with this object.
@safe final class ListeningSocket {
    let descriptor: Int32
    /// The index of its listener in the configuration.
    let listener: Int
    let isAdministrative: Bool
    /// The port it has got.
    let port: Int

    /// Every address a listener's host stands for, on the same port.
    static func open(_ listener: Listener, index: Int) throws(LoopError) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        var port = listener.port
        for address in try SocketAddress.resolve(host: listener.host) {
            let bound = try ListeningSocket(listener, index: index, address: address, port: port)
            port = bound.port
            sockets.append(bound)
        }
        return sockets
    }

    private init(
        _ listener: Listener,
        index: Int,
        address: SocketAddress,
        port: Int
    ) throws(LoopError) {
        self.listener = index
        isAdministrative = listener.isAdministrative
        let address = address.with(port: port)
        if !listener.isShared, port != 0 {
            // Sockets of one user may share a port if all of them ask for it, so a second gateway
            // would silently take half of the connections. A socket that does not ask finds out.
            let probe = try Self.bind(address, isShared: false, listener)
            close(probe)
        }
        descriptor = try Self.bind(address, isShared: true, listener)
        self.port = SocketAddress(ofSocket: descriptor)?.port ?? port
    }

    deinit { close(descriptor) }

    private static func bind(
        _ address: SocketAddress,
        isShared: Bool,
        _ listener: Listener
    ) throws(LoopError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw failure(errno, listener) }
        set(descriptor, SOL_SOCKET, SO_REUSEADDR)
        if isShared { set(descriptor, SOL_SOCKET, SO_REUSEPORT) }
        if address.family == AF_INET6, listener.host != "::" {
            set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY)
        }
        let isBound = unsafe address.withPointer { unsafe Glibc.bind(descriptor, $0, $1) == 0 }
        guard isBound, listen(descriptor, 4_096) == 0 else {
            let error = errno
            close(descriptor)
            throw failure(error, listener)
        }
        return descriptor
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
        var one: Int32 = 1
        unsafe setsockopt(descriptor, level, option, &one, 4)
    }

    private static func failure(_ error: Int32, _ listener: Listener) -> LoopError {
        error == EADDRINUSE
            ? .portTaken(host: listener.host, port: listener.port)
            : .cannotListen(host: listener.host, port: listener.port, errorNumber: error)
    }

    /// Takes the next waiting connection, or says why there is none.
    func accept() -> Accepted {
        var storage = sockaddr_storage()
        var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let accepted = unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe accept4_nonblocking(descriptor, $0, &count)
            }
        }
        guard accepted >= 0 else {
            switch errno {
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .outOfDescriptors
            case EAGAIN: return .none
            default: return .failed
            }
        }
        Self.set(accepted, Int32(IPPROTO_TCP), TCP_NODELAY)
        return .descriptor(accepted, SocketAddress(storage))
    }

    /// What came of an attempt to accept.
    enum Accepted {
        case descriptor(Int32, SocketAddress)
        case none
        case outOfDescriptors
        /// This one connection was gone before it was accepted.
        case failed
    }
}
