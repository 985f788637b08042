internal import CLibPQ

/// Remembers why the database ended a connection that was idle.
///
/// libpq treats an error that comes while no command runs as a notice, so the SQLSTATE of a killed
/// backend would be lost with it.
final class EndingNotice {
    /// Whether the database said that it ends the connection.
    var isFatal = false
    private(set) var sqlState: String?

    /// Makes `connection` tell its notices here and nowhere else.
    ///
    /// This object must outlive the connection: its owner holds both.
    func attach(to connection: OpaquePointer) {
        let pointer = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe PQsetNoticeReceiver(connection, receiveNotice, pointer)
    }

    /// Takes note of one notice.
    func receive(severity: String?, sqlState: String?) {
        guard Self.endsConnection(severity: severity) else { return }
        isFatal = true
        self.sqlState = sqlState
    }

    /// Whether the database hangs up after an error of this severity.
    static func endsConnection(severity: String?) -> Bool {
        severity == "FATAL" || severity == "PANIC"
    }
}

/// What libpq calls for each notice, on the connection's thread.
private func receiveNotice(owner: UnsafeMutableRawPointer?, notice: OpaquePointer?) {
    guard let owner = unsafe owner, let notice = unsafe notice else { return }
    func field(_ code: CInt) -> String? {
        unsafe PQresultErrorField(notice, code).map { unsafe String(cString: $0) }
    }
    unsafe Unmanaged<EndingNotice>.fromOpaque(owner).takeUnretainedValue().receive(
        severity: field(waypost_diag_severity),
        sqlState: field(waypost_diag_sqlstate)
    )
}
