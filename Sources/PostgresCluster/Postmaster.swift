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
            let process = ProcessEntry(processID),
            process.workingFolder == CanonicalPath.of(dataFolder)
        else { return nil }
        self.process = process
        isReady = lines.count > 7 && lines[7].hasPrefix("ready")
    }

    /// Ends a postmaster that nobody looks after, and forgets its file.
    ///
    /// - Returns: The process that was stopped, nil when none ran.
    static func stopStale(dataFolder: String) async throws(ClusterError) -> Int32? {
        guard let postmaster = Postmaster(dataFolder: dataFolder) else {
            try? FileManager.default.removeItem(atPath: file(in: dataFolder))
            return nil
        }
        // Fast shutdown first; the immediate one leaves recovery to the next start.
        for (signal, patience) in [(SIGINT, 100), (SIGQUIT, 100)] {
            kill(postmaster.process.processID, signal)
            for _ in 0..<patience {
                guard postmaster.process.isAlive else {
                    return postmaster.process.processID
                }
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
        throw .staleNotStopped(processID: postmaster.process.processID)
    }

    private static func file(in dataFolder: String) -> String { "\(dataFolder)/postmaster.pid" }
}
