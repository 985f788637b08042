internal import FoundationEssentials
internal import Glibc
internal import Subprocess
internal import SystemPackage

/// Runs a PostgreSQL of one's own: no port, no password, reachable over a socket in a closed
/// folder.
///
/// Its life is the life of a call, and never longer than that of this process: when the process is
/// killed, a shell beside PostgreSQL notices and stops it. Where that shell was killed as well, the
/// next start finds what is left and stops it.
public enum PrivatePostgres {
    /// Starts the cluster, runs `body`, stops the cluster.
    ///
    /// - Parameters:
    ///   - configuration: Which cluster.
    ///   - note: Called with what a person at a terminal wants to know.
    ///   - body: Called once PostgreSQL takes connections; its task is cancelled when PostgreSQL
    ///     ends before it. Cancelling the calling task stops PostgreSQL in good order.
    /// - Returns: What `body` returned.
    /// - Throws: ``ClusterError``, or what `body` threw.
    public static func run<R: Sendable>(
        _ configuration: PrivatePostgresConfiguration,
        note: @Sendable (ClusterNote) -> Void = { _ in },
        _ body: @escaping @Sendable (RunningCluster) async throws -> R
    ) async throws -> R {
        let account = try SystemAccount.needed()
        switch configuration.kind {
        case .kept(let checkout):
            let folders = try await ClusterFolders.kept(
                checkout: checkout,
                configuration,
                account: account,
                note: note
            )
            try folders.claim()
            defer { folders.release() }
            try await folders.clear(note: note)
            return try await serve(
                configuration,
                folders,
                account,
                stop: "INT",
                afterwards: "keep",
                body
            )
        case .throwaway:
            await ClusterFolders.sweepThrowaways(configuration, account: account)
            let folders = try ClusterFolders.throwaway(configuration, account: account)
            // The shell has done it already, unless it never ran.
            defer { try? FileManager.default.removeItem(atPath: folders.state) }
            return try await serve(
                configuration,
                folders,
                account,
                stop: "QUIT",
                afterwards: "remove",
                body
            )
        }
    }

    private static func serve<R: Sendable>(
        _ configuration: PrivatePostgresConfiguration,
        _ folders: ClusterFolders,
        _ account: SystemAccount?,
        stop signal: String,
        afterwards: String,
        _ body: @escaping @Sendable (RunningCluster) async throws -> R
    ) async throws -> R {
        let installation = try PostgresInstallation.find(
            forData: folders.data,
            in: configuration.installationRoot
        )
        let settings = configuration.settings.merging([
            "listen_addresses": "",
            "unix_socket_directories": "\"\(folders.sockets)\"",
            "unix_socket_permissions": "0700", "port": "5432",
        ]) { $1 }
        let arguments =
            [folders.state, folders.data, installation.programFolder, signal, afterwards]
            + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        let shell = try Supervision.shell(Supervision.script, arguments, as: account)
        let outcome = try await Subprocess.run(
            .path(FilePath(shell.program)),
            arguments: Arguments(shell.arguments),
            environment: Supervision.environment,
            workingDirectory: "/",
            platformOptions: Supervision.options,
            input: .inputWriter,
            output: .sequence,
            error: .discarded
        ) { execution in
            // Leaving this closure closes the shell's input, which makes it stop PostgreSQL.
            let output = execution.standardOutput
            return await follow(folders, within: configuration.startTimeout, output, body)
        }
        return try outcome.closureResult.get()
    }

    /// What can happen while the shell runs.
    private enum Moment<R: Sendable>: Sendable {
        case ready(RunningCluster)
        case answered(R)
        case failed(any Error)
        case shellEnded(lastLines: String)
    }

    /// Runs `body` between the moment PostgreSQL is ready and the first end of either.
    private static func follow<R: Sendable>(
        _ folders: ClusterFolders,
        within startTimeout: Duration,
        _ output: SubprocessOutputSequence,
        _ body: @escaping @Sendable (RunningCluster) async throws -> R
    ) async -> Result<R, any Error> {
        await withTaskGroup(of: Moment<R>.self) { group in
            defer { group.cancelAll() }
            var isReady = false
            group.addTask { .shellEnded(lastLines: await text(of: output)) }
            group.addTask {
                do {
                    return .ready(try await ready(folders, within: startTimeout))
                } catch {
                    return .failed(error)
                }
            }
            for await moment in group {
                switch moment {
                case .ready(let cluster):
                    isReady = true
                    group.addTask {
                        do { return .answered(try await body(cluster)) } catch {
                            return .failed(error)
                        }
                    }
                case .answered(let answer): return .success(answer)
                case .failed(let error): return .failure(error)
                case .shellEnded(let lastLines):
                    if Task.isCancelled { return .failure(CancellationError()) }
                    let error: ClusterError =
                        isReady
                        ? .ended(log: folders.log)
                        : .notStarted(lastLines: lastLines, log: folders.log)
                    return .failure(error)
                }
            }
            return .failure(CancellationError())
        }
    }

    /// The shell's last words; it has some only where PostgreSQL failed.
    private static func text(of output: SubprocessOutputSequence) async -> String {
        var text = ""
        do {
            for try await line in output.strings() where text.utf8.count < 8_192 {
                text += text.isEmpty ? line : "\n" + line
            }
        } catch {
            // Cancelled, or cut off by its end: what has come is what there is.
            return text
        }
        return text
    }

    /// Waits until PostgreSQL takes connections.
    private static func ready(
        _ folders: ClusterFolders,
        within startTimeout: Duration
    ) async throws -> RunningCluster {
        let deadline = ContinuousClock.now + startTimeout
        while ContinuousClock.now < deadline {
            if let postmaster = Postmaster(dataFolder: folders.data), postmaster.isReady {
                return RunningCluster(
                    socketFolder: folders.sockets,
                    dataFolder: folders.data,
                    log: folders.log,
                    processID: postmaster.process.processID
                )
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw ClusterError.notStarted(
            lastLines: FileText.lastLines(of: folders.log, count: 10),
            log: folders.log
        )
    }
}
