internal import FoundationEssentials
internal import Glibc

/// The first process of a running cluster, found by the file it keeps in its data folder.
struct Postmaster {
    let process: ProcessEntry
    /// Whether it takes connections.
    let isReady: Bool

    /// Finds the process that serves a data folder.
    ///
    /// The file survives a crash and its number may belong to another process by then. A
    /// postmaster works in its data folder, so that is what tells it.
    init?(dataFolder: String) {
        guard let text = FileText.read(Self.file(in: dataFolder)) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let processID = lines.first.flatMap({ Int32($0) }), processID > 1,
            let process = ProcessEntry(processID), process.name == Self.program,
            process.workingFolder == CanonicalPath.of(dataFolder)
        else { return nil }
        self.process = process
        isReady = lines.count > 7 && lines[7].hasPrefix("ready")
    }

    /// Ends what nobody looks after any more: a postmaster, and backends whose postmaster is gone.
    ///
    /// Only when no process works in the folder is the postmaster's file removed. PostgreSQL itself
    /// would refuse to start where its number belongs to another process by now.
    ///
    /// - Returns: The postmaster that was stopped, nil when none ran.
    static func stopStale(dataFolder: String) async throws(ClusterError) -> Int32? {
        let postmaster = Postmaster(dataFolder: dataFolder)?.process
        if let postmaster {
            // Fast shutdown first; the immediate one leaves recovery to the next start.
            if await !stop(postmaster, SIGINT), await !stop(postmaster, SIGQUIT) {
                throw .staleNotStopped(processID: postmaster.processID)
            }
        }
        let folder = CanonicalPath.of(dataFolder)
        for orphan in ProcessEntry.all(named: program, workingIn: folder) {
            guard await stop(orphan, SIGQUIT) else {
                throw .staleNotStopped(processID: orphan.processID)
            }
        }
        try? FileManager.default.removeItem(atPath: file(in: dataFolder))
        return postmaster?.processID
    }

    /// Sends a signal and waits up to ten seconds.
    private static func stop(_ process: ProcessEntry, _ signal: Int32) async -> Bool {
        guard process.isAlive else { return true }
        kill(process.processID, signal)
        for _ in 0..<200 {
            guard process.isAlive else { return true }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return !process.isAlive
    }

    private static let program = "postgres"

    private static func file(in dataFolder: String) -> String { "\(dataFolder)/postmaster.pid" }
}
