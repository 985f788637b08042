/// Something worth a line to the person who starts a private PostgreSQL.
public enum ClusterNote: Equatable, Sendable, CustomStringConvertible {
    /// The account `postgres` cannot reach the checkout, so the data lies elsewhere.
    case keptElsewhere(folder: String)
    /// A postmaster left over from a run that was killed has been stopped.
    case staleStopped(processID: Int32)
    /// There was no data yet: a new cluster is made.
    case created(folder: String)

    /// One line without a full stop.
    public var description: String {
        switch self {
        case .keptElsewhere(let folder):
            "the account postgres cannot reach this checkout: the data is kept in \(folder)"
        case .staleStopped(let processID):
            "stopped a PostgreSQL left over from an earlier run (process \(processID))"
        case .created(let folder):
            "a new PostgreSQL cluster is made in \(folder)"
        }
    }
}
