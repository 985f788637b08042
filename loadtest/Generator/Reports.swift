internal import Foundation
internal import Glibc
internal import Locking

/// Where reports go: lines of JSON.
///
/// A second's histograms take milliseconds to be written as JSON, which messages shall not wait
/// for: each line has a thread of its own, less urgent than the one that simulates sessions.
struct Reports {
    private let output: FileHandle
    private var last: WorkThread?

    /// How much less urgent, as `nice` has it.
    private static let niceness: CInt = 10

    init(_ output: FileHandle) { self.output = output }

    /// Writes a line behind those before it.
    ///
    /// A coordinator that is gone is noticed by the end of its orders.
    mutating func send(_ report: GeneratorReport) {
        last = WorkThread(name: "report") { [output, last] in
            // On Linux that is said of a thread.
            _ = nice(Self.niceness)
            let line = try? JSONEncoder().encode(report)
            last?.join()
            guard var line else { return }
            line.append(UInt8(ascii: "\n"))
            try? output.write(contentsOf: line)
        }
    }

    /// Waits until everything is written.
    func finish() { last?.join() }
}
