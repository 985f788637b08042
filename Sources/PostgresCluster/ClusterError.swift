/// Why a private PostgreSQL could not be had; `description` says what to do about it.
public enum ClusterError: Error, Equatable, Sendable {
    /// No PostgreSQL of at least `versionMin` is installed below `searched`.
    case notInstalled(searched: String, versionMin: Int)
    /// The data was made by another major version, which is not installed.
    case versionNotInstalled(version: String, dataFolder: String)
    /// Root must not run PostgreSQL, and there is no account `postgres` to run it.
    case accountMissing
    /// A program of the system that is needed to become another account is not there.
    case programMissing(path: String)
    /// A folder that must be ours alone belongs to somebody else or is open to others.
    case folderNotOurs(path: String)
    /// A folder or file could not be made.
    case folderNotMade(path: String)
    /// Another process of this checkout, still alive, runs the cluster.
    case alreadyRunning(processID: Int32)
    /// A postmaster that nobody looks after did not end when told to.
    case staleNotStopped(processID: Int32)
    /// PostgreSQL did not come up; the last lines it wrote.
    case notStarted(lastLines: String, log: String)
    /// PostgreSQL ended although nobody asked it to.
    case ended(log: String)
}

extension ClusterError: CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .notInstalled(let searched, let versionMin):
            "no PostgreSQL \(versionMin) or newer in \(searched): apt-get install postgresql"
        case .versionNotInstalled(let version, let dataFolder):
            "\(dataFolder) was made by PostgreSQL \(version): "
                + "apt-get install postgresql-\(version), or remove that folder to start afresh"
        case .accountMissing:
            "root must not run PostgreSQL and there is no account postgres: "
                + "apt-get install postgresql, or run as another user"
        case .programMissing(let path):
            "there is no \(path): apt-get install util-linux, or run as another user than root"
        case .folderNotOurs(let path):
            "\(path) belongs to somebody else or is open to others: remove it"
        case .folderNotMade(let path):
            "\(path) could not be made: check who may write there and the free space"
        case .alreadyRunning(let processID):
            "process \(processID) runs this checkout's PostgreSQL already: stop that one first"
        case .staleNotStopped(let processID):
            "an old PostgreSQL of this checkout does not end: kill -QUIT \(processID)"
        case .notStarted(let lastLines, let log):
            "PostgreSQL did not start, see \(log):\n\(lastLines)"
        case .ended(let log):
            "PostgreSQL ended by itself, see \(log)"
        }
    }
}
