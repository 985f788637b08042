/// The form in which a connection writes and reads its messages, chosen by `vsn` at the handshake.
public enum Serializer: Int, CaseIterable, Sendable {
    /// JSON objects with the keys `topic`, `event`, `payload`, `ref`.
    case v1

    /// JSON arrays of five: join reference, reference, topic, name, payload.
    case v2

    /// Chooses the serializer that a connection asked for.
    ///
    /// - Parameter vsn: The query parameter as it came. Absent means the first serializer, as
    ///   libraries older than the second one send nothing. `1.0.x` and `2.0.x` are known, `x` being
    ///   a decimal number; for anything else there is no serializer and the handshake is refused.
    public init?(vsn: String?) {
        guard let vsn else {
            self = .v1
            return
        }
        if Self.isPatch(of: "1.0.", vsn) {
            self = .v1
        } else if Self.isPatch(of: "2.0.", vsn) {
            self = .v2
        } else {
            return nil
        }
    }

    private static func isPatch(of release: String, _ vsn: String) -> Bool {
        guard vsn.utf8.starts(with: release.utf8) else { return false }
        let patch = vsn.utf8.dropFirst(release.utf8.count)
        return !patch.isEmpty && patch.allSatisfy { (0x30...0x39).contains($0) }
    }
}
