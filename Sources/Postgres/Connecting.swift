internal import CLibPQ
internal import Glibc

/// Opens connections without ever waiting longer than allowed.
struct Connecting {
    /// The longest wait per host.
    let timeout: Duration
    let ending: EndingNotice

    /// Tries the hosts in turn; the answer is the caller's to finish.
    func connect(to string: ConnectionString) throws(PostgresError) -> OpaquePointer {
        var last = PostgresError(.connect, .connectionLost, isConnectionLost: true)
        for settings in try string.attempts() {
            do throws(PostgresError) {
                return unsafe try attempt(settings)
            } catch {
                last = error
            }
        }
        throw last
    }

    private func attempt(_ settings: [String: String]) throws(PostgresError) -> OpaquePointer {
        let deadline = ContinuousClock.now + timeout
        let keywords = Array(settings.keys)
        let started = unsafe CStrings.with(keywords + [nil]) { keys, _ in
            unsafe CStrings.with(keywords.map { settings[$0] } + [nil]) { values, _ in
                unsafe PQconnectStartParams(keys, values, 0)
            }
        }
        guard let handle = unsafe started else {
            throw PostgresError(.connect, .connectionLost, isConnectionLost: true)
        }
        unsafe ending.attach(to: handle)
        // The only way to the SQLSTATE of a refused login.
        unsafe PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        do throws(PostgresError) {
            unsafe try negotiate(handle, until: deadline)
        } catch {
            unsafe PQfinish(handle)
            throw error
        }
        unsafe PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
        return unsafe handle
    }

    private func negotiate(
        _ handle: OpaquePointer,
        until deadline: ContinuousClock.Instant
    ) throws(PostgresError) {
        var isReading = false
        while unsafe PQstatus(handle) != CONNECTION_BAD {
            var entries = unsafe [
                pollfd(
                    fd: PQsocket(handle),
                    events: Int16(isReading ? POLLIN : POLLOUT),
                    revents: 0
                )
            ]
            Readiness.wait(&entries, until: deadline)
            guard entries[0].revents != 0 else {
                throw PostgresError(.connect, .deadlinePassed, isConnectionLost: true)
            }
            switch unsafe PQconnectPoll(handle) {
            case PGRES_POLLING_READING: isReading = true
            case PGRES_POLLING_WRITING: isReading = false
            case PGRES_POLLING_OK:
                guard unsafe PQsetnonblocking(handle, 1) == 0 else { throw unsafe refusal(handle) }
                return
            default: throw unsafe refusal(handle)
            }
        }
        throw unsafe refusal(handle)
    }

    private func refusal(_ handle: OpaquePointer) -> PostgresError {
        let message = unsafe PQerrorMessage(handle).map { unsafe String(cString: $0) } ?? ""
        // Without a password to send, libpq ends the login itself and there is no code.
        let state =
            Self.sqlState(in: message)
            ?? (unsafe PQconnectionNeedsPassword(handle) == 1 ? Self.passwordNeeded : nil)
        let isAway = state.map(PostgresError.meansConnectionLost) ?? true
        return PostgresError(
            .connect,
            isAway ? .connectionLost : .refused,
            sqlState: state,
            isConnectionLost: true,
            serverMessage: message
        )
    }

    /// The SQLSTATE of a refused password.
    private static let passwordNeeded = "28P01"

    /// Finds the code in a verbose message: `FATAL:  28000: role "x" does not exist`.
    static func sqlState(in message: String) -> String? {
        let bytes = Array(message.utf8)
        let isCode: (UInt8) -> Bool = {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
        }
        let before = Array(":  ".utf8)
        guard bytes.count >= before.count + 6 else { return nil }
        for start in 0...(bytes.count - before.count - 6) {
            let code = bytes[(start + before.count)..<(start + before.count + 5)]
            if bytes[start..<(start + before.count)] == before[...], code.allSatisfy(isCode),
                bytes[start + before.count + 5] == UInt8(ascii: ":")
            {
                return String(decoding: code, as: UTF8.self)
            }
        }
        return nil
    }
}
