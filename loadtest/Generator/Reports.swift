internal import Foundation

/// Where reports go: lines of JSON.
struct Reports {
    private let output: FileHandle
    private let encoder = JSONEncoder()

    init(_ output: FileHandle) { self.output = output }

    /// Writes a line; a coordinator that is gone is noticed by the end of its orders.
    func send(_ report: GeneratorReport) {
        guard var line = try? encoder.encode(report) else { return }
        line.append(UInt8(ascii: "\n"))
        try? output.write(contentsOf: line)
    }
}
