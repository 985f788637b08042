/// Why a loop could not be made.
public enum LoopError: Error, Equatable, Sendable {
    /// Somebody listens on the port already.
    case portTaken(host: String, port: Int)

    /// The system does not let this process listen there; the number is C's `errno`.
    case cannotListen(host: String, port: Int, errorNumber: Int32)

    /// The host is neither an address nor a name that resolves.
    case unknownHost(String)

    /// The file cannot be read.
    case fileUnreadable(path: String)

    /// The file holds no certificate.
    case certificateInvalid(path: String)

    /// The file holds no private key, or one with a passphrase.
    case keyInvalid(path: String)

    /// The key is not the certificate's.
    case keyMismatch(certificatePath: String, keyPath: String)

    /// libwebsockets or libev did not start: no memory, no descriptors, or the libev plugin of
    /// libwebsockets (Debian: `libwebsockets-evlib-ev`) is not installed.
    case engineFailed
}

extension LoopError: CustomStringConvertible {
    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .portTaken(let host, let port): "port \(port) of \(host) is taken"
        case .cannotListen(let host, let port, let errorNumber):
            "cannot listen on port \(port) of \(host): error \(errorNumber)"
        case .unknownHost(let host): "\(host) is no address and no known name"
        case .fileUnreadable(let path): "\(path) cannot be read"
        case .certificateInvalid(let path): "\(path) holds no certificate in PEM form"
        case .keyInvalid(let path): "\(path) holds no private key in PEM form without passphrase"
        case .keyMismatch(let certificatePath, let keyPath):
            "the key in \(keyPath) does not belong to the certificate in \(certificatePath)"
        case .engineFailed: "libwebsockets did not start; is its libev plugin installed?"
        }
    }
}
