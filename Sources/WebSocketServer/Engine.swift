internal import CLibWebSockets
import Glibc

/// A libwebsockets context on a libev loop, with one virtual host for each listener.
///
/// libwebsockets keeps the pointers it is given, so everything it was made from lives as long as
/// the context.
@safe final class Engine {
    /// The bytes libwebsockets reads at once, and the size of the buffer each connection owns.
    ///
    /// Most messages of browsers fit; a longer one is read in pieces.
    static let readByteCount = 384
    /// The most that is handed to the system in one call; what exceeds it would be copied.
    static let writeByteCountMax = 1 << 20

    let context: OpaquePointer
    private var hosts: [OpaquePointer] = unsafe []
    private let protocols: UnsafeMutablePointer<lws_protocols>
    private let noTimers: UnsafeMutablePointer<lws_retry_bo_t>
    private let noTimersTable: UnsafeMutablePointer<UInt32>
    private let foreignLoop: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private var texts: [UnsafeMutablePointer<CChar>] = unsafe []
    private let tls: [Listener.TLSFiles]

    init(_ configuration: LoopConfiguration, on loop: EventLoop) throws(LoopError) {
        tls = configuration.listeners.compactMap(\.tls)
        for files in tls { try CertificateCheck.check(files) }
        // Its lines come from outside input and go to standard error; failures are ours to tell.
        lws_set_log_level(0, nil)

        unsafe protocols = .allocate(capacity: 2)
        unsafe protocols.initialize(repeating: lws_protocols(), count: 2)
        unsafe noTimersTable = .allocate(capacity: 1)
        unsafe noTimersTable.initialize(to: 1_000)
        unsafe noTimers = .allocate(capacity: 1)
        unsafe noTimers.initialize(to: lws_retry_bo_t())
        unsafe noTimers.pointee.retry_ms_table = UnsafePointer(noTimersTable)
        unsafe noTimers.pointee.retry_ms_table_count = 1
        unsafe noTimers.pointee.conceal_count = 1
        unsafe foreignLoop = .allocate(capacity: 1)
        unsafe foreignLoop.initialize(to: UnsafeMutableRawPointer(loop.raw))

        var texts: [UnsafeMutablePointer<CChar>] = unsafe []
        func keep(_ text: String) -> UnsafePointer<CChar>? {
            guard let copy = unsafe strdup(text) else { return nil }
            unsafe texts.append(copy)
            return unsafe UnsafePointer(copy)
        }
        unsafe protocols.pointee.name = keep(configuration.subprotocol)
        unsafe protocols.pointee.callback = engineCallback
        unsafe protocols.pointee.rx_buffer_size = Self.readByteCount
        unsafe protocols.pointee.tx_packet_size = Self.writeByteCountMax

        var info = unsafe lws_context_creation_info()
        unsafe info.port = CONTEXT_PORT_NO_LISTEN_SERVER
        unsafe info.protocols = UnsafePointer(protocols)
        unsafe info.options = lws_shim_context_options()
        if !tls.isEmpty { unsafe info.options |= lws_shim_tls_options() }
        unsafe info.retry_and_idle_policy = UnsafePointer(noTimers)
        unsafe info.alpn = keep("http/1.1")
        unsafe info.pt_serv_buf_size = 16 << 10
        unsafe info.max_http_header_data = UInt16(clamping: configuration.headerByteCountMax)
        unsafe info.max_http_header_pool = UInt16(clamping: configuration.connectionCountMax + 64)
        unsafe info.timeout_secs = UInt32(
            clamping: configuration.handshakeTimeout.components.seconds + 2
        )
        unsafe info.foreign_loops = foreignLoop
        unsafe info.user = Unmanaged.passUnretained(loop.owner).toOpaque()
        let context = unsafe lws_create_context(&info)
        unsafe self.texts = texts
        guard let context = unsafe context else {
            unsafe Self.free(protocols, noTimers, noTimersTable, foreignLoop, texts)
            throw .engineFailed
        }
        unsafe self.context = context
        for (index, listener) in configuration.listeners.enumerated() {
            try unsafe addHost(listener, index: index, info)
        }
    }

    deinit {
        unsafe lws_context_destroy(context)
        unsafe Self.free(protocols, noTimers, noTimersTable, foreignLoop, texts)
    }

    private static func free(
        _ protocols: UnsafeMutablePointer<lws_protocols>,
        _ noTimers: UnsafeMutablePointer<lws_retry_bo_t>,
        _ noTimersTable: UnsafeMutablePointer<UInt32>,
        _ foreignLoop: UnsafeMutablePointer<UnsafeMutableRawPointer?>,
        _ texts: [UnsafeMutablePointer<CChar>]
    ) {
        unsafe protocols.deallocate()
        unsafe noTimers.deallocate()
        unsafe noTimersTable.deallocate()
        unsafe foreignLoop.deallocate()
        unsafe texts.forEach { unsafe Glibc.free($0) }
    }

    private func keep(_ text: String) -> UnsafePointer<CChar>? {
        guard let copy = unsafe strdup(text) else { return nil }
        unsafe texts.append(copy)
        return unsafe UnsafePointer(copy)
    }

    private func addHost(
        _ listener: Listener,
        index: Int,
        _ info: lws_context_creation_info
    ) throws(LoopError) {
        var info = unsafe info
        unsafe info.vhost_name = keep("listener-\(index)")
        if let files = listener.tls {
            unsafe info.ssl_cert_filepath = keep(files.certificatePath)
            unsafe info.ssl_private_key_filepath = keep(files.keyPath)
            unsafe info.ssl_options_set = lws_shim_openssl_options()
        }
        guard let host = unsafe lws_create_vhost(context, &info) else { throw .engineFailed }
        unsafe hosts.append(host)
    }

    /// Hands an accepted socket and its link to libwebsockets.
    ///
    /// - Returns: False when libwebsockets refused; it has closed the socket then.
    func adopt(_ descriptor: Int32, link: Link) -> Bool {
        var information = unsafe lws_adopt_desc_t()
        unsafe information.vh = hosts[link.listener]
        unsafe information.type = lws_adoption_type(
            rawValue: LWS_ADOPT_HTTP.rawValue | LWS_ADOPT_SOCKET.rawValue
                | LWS_ADOPT_ALLOW_SSL.rawValue
        )
        unsafe information.fd.sockfd = descriptor
        // libwebsockets owns one reference from here to the callback that destroys its side.
        let reference = unsafe Unmanaged.passRetained(link)
        unsafe information.opaque = reference.toOpaque()
        guard let wsi = unsafe lws_adopt_descriptor_vhost_via_info(&information) else {
            // Either that callback came already, or there was nothing to destroy.
            if link.phase != .ended {
                link.phase = .ended
                unsafe reference.release()
            }
            return false
        }
        if link.phase != .ended { unsafe link.wsi = wsi }
        return true
    }

    /// Makes libwebsockets look at its timers; those set outside its callbacks rest until then.
    func kick() { unsafe lws_cancel_service(context) }

    /// Whether libwebsockets holds no bytes, of any link, that it has read and not made use of.
    ///
    /// Links that are held back are passed over.
    var hasNothingBuffered: Bool { unsafe lws_service_adjust_timeout(context, 1, 0) != 0 }

    /// Loads every certificate again; open connections keep the one they have.
    func reloadCertificates() throws(LoopError) {
        for files in tls { try CertificateCheck.check(files) }
        for files in Set(tls) {
            unsafe lws_tls_cert_updated(
                context,
                files.certificatePath,
                files.keyPath,
                nil,
                0,
                nil,
                0
            )
        }
    }
}
