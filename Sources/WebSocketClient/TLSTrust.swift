/// Whom an encrypted connection trusts.
public enum TLSTrust: Hashable, Sendable {
    /// The certificates that the operating system trusts.
    case system

    /// Only the certificates in a PEM file.
    case file(path: String)

    /// Anybody. The stream is encrypted, and nobody knows for whom: for trying things out only.
    case anybody
}
