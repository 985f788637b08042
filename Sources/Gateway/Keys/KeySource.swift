import FoundationEssentials
import Observation
import SystemPackage
import Tokens
import WebSocketClient

/// A place that keys are read from, again and again while the node runs.
enum KeySource: Hashable, Sendable {
    case pemFile(path: String)
    case jwksFile(path: String)
    case jwksURL(String, authorities: String?)

    /// Every place that the settings name.
    static func all(_ values: ConfigurationValues) -> [KeySource] {
        var sources: [KeySource] = []
        let authorities = values.text(.tokenJWKSAuthorities)
        let pemFile = values.text(.tokenPublicKeyFile)
        let jwksFile = values.text(.tokenJWKSFile)
        let url = values.text(.tokenJWKSURL)
        if !pemFile.isEmpty { sources.append(.pemFile(path: pemFile)) }
        if !jwksFile.isEmpty { sources.append(.jwksFile(path: jwksFile)) }
        if !url.isEmpty {
            sources.append(.jwksURL(url, authorities: authorities.isEmpty ? nil : authorities))
        }
        return sources
    }

    /// The setting that names the place.
    var key: ConfigurationKey {
        switch self {
        case .pemFile: .tokenPublicKeyFile
        case .jwksFile: .tokenJWKSFile
        case .jwksURL: .tokenJWKSURL
        }
    }

    /// What the log and the metrics call it.
    var observed: KeyObservation.Source {
        switch self {
        case .pemFile: .pemFile
        case .jwksFile: .jwksFile
        case .jwksURL: .jwksURL
        }
    }

    /// Whether reading costs nothing and nobody has to be asked.
    var isFile: Bool {
        switch self {
        case .pemFile, .jwksFile: true
        case .jwksURL: false
        }
    }

    /// The file that says whom to trust at a URL, if the settings name one.
    var authorities: String? {
        guard case .jwksURL(_, let authorities) = self else { return nil }
        return authorities
    }

    /// How long a fetch may take.
    static let deadline: Duration = .seconds(10)

    /// Reads what stands there; a URL blocks the thread.
    ///
    /// - Parameter isStopped: Asked while a fetch goes on; true ends it.
    /// - Returns: The bytes of the file, or of the document.
    /// - Throws: ``KeyFailure``.
    func read(isStopped: @escaping @Sendable () -> Bool = { false }) throws(KeyFailure) -> [UInt8] {
        switch self {
        case .pemFile(let path), .jwksFile(let path):
            return try Self.read(path)
        case .jwksURL(let url, let authorities):
            var download = HTTPDownload()
            download.bodyByteCountMax = KeySet.byteCountMax
            download.isStopped = isStopped
            if let authorities { download.trust = .file(path: authorities) }
            do {
                return try download.get(url, deadline: .now + Self.deadline)
            } catch {
                throw .download(error)
            }
        }
    }

    private static func read(_ path: String) throws(KeyFailure) -> [UInt8] {
        // A file larger than a set may be is not read at all, and what is no file has no end.
        let options: FileDescriptor.OpenOptions = [.nonBlocking, .closeOnExec]
        guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: options),
            let end = try? file.closeAfter({ try file.seek(offset: 0, from: .end) })
        else { throw .unreadable(path) }
        guard end <= KeySet.byteCountMax else { throw .refused(.tooLong) }
        guard end > 0 else { return [] }
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
        return Array(data)
    }

    /// Makes keys of what was read.
    func keys(in bytes: [UInt8]) throws(KeyFailure) -> KeySet {
        do {
            switch self {
            case .pemFile: return try KeySet(pem: bytes)
            case .jwksFile: return try KeySet(jwks: bytes, allowsSecrets: true)
            case .jwksURL: return try KeySet(jwks: bytes, allowsSecrets: false)
            }
        } catch {
            throw .refused(error)
        }
    }
}
