internal import FoundationEssentials
internal import Glibc

/// One process at a time runs a checkout's cluster.
extension ClusterFolders {
    /// Writes down that this process runs the cluster.
    func claim() throws(ClusterError) {
        let text = ProcessEntry(getpid())?.text ?? ""
        for _ in 0..<2 {
            do {
                try Data(text.utf8).write(
                    to: URL(filePath: owner),
                    options: .withoutOverwriting
                )
                return
            } catch {
                if let other = FileText.read(owner).flatMap(ProcessEntry.init(text:)) {
                    throw .alreadyRunning(processID: other.processID)
                }
                // That process is gone, killed before it could tidy up.
                try? FileManager.default.removeItem(atPath: owner)
            }
        }
        throw .folderNotMade(path: owner)
    }

    /// Removes what an earlier run may have left: processes, their file, the log.
    func clear(note: (ClusterNote) -> Void) async throws(ClusterError) {
        if let stopped = try await Postmaster.stopStale(dataFolder: data) {
            note(.staleStopped(processID: stopped))
        }
        if !FileManager.default.fileExists(atPath: data) {
            note(.created(folder: state))
        }
        // Of no use any more, and it would grow for ever.
        try? FileManager.default.removeItem(atPath: log)
    }

    /// Leaves the cluster to whoever comes next.
    func release() {
        let files = FileManager.default
        try? files.removeItem(atPath: owner)
        // PostgreSQL takes its socket away; what else lies there is not ours to remove.
        if (try? files.contentsOfDirectory(atPath: sockets).isEmpty) == true {
            try? files.removeItem(atPath: sockets)
        }
    }
}
