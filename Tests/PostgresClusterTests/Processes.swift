import FoundationEssentials
import Glibc
import Locking
import Postgres
import PostgresCluster

/// Something a closure leaves behind for its test.
final class Box<Value: Sendable>: Sendable {
    private let kept = Locked<Value?>(nil)

    var value: Value? {
        get { kept.withLock { $0 } }
        set { kept.withLock { $0 = newValue } }
    }
}

/// Logs in as superuser.
func connect(_ cluster: RunningCluster) throws -> PostgresConnection {
    let connection = try PostgresConnection(
        ConnectionString(cluster.dsn(), applicationName: "test")
    )
    connection.statementDeadline = .seconds(30)
    return connection
}

/// A file's text.
func contents(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
}

/// Whether a process runs; one that has ended and waits to be asked for its status does not.
func isAlive(_ processID: Int32) -> Bool {
    guard let line = contents("/proc/\(processID)/stat") else { return false }
    return !line.contains(") Z ")
}

/// The postmaster, the shell that started it, and that shell's other children.
func relatives(of cluster: RunningCluster) -> [Int32] {
    guard let shell = parent(of: cluster.processID) else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return [shell] + names.compactMap { Int32($0) }.filter { parent(of: $0) == shell }
}

private func parent(of processID: Int32) -> Int32? {
    contents("/proc/\(processID)/stat").flatMap { line in
        line.split(separator: ")").last.flatMap { rest in
            rest.split(separator: " ").dropFirst().first.flatMap { Int32($0) }
        }
    }
}
