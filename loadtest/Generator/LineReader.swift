internal import Foundation

/// Cuts what a file handle gives into lines, and waits for them.
struct LineReader: Sendable {
    private let input: FileHandle
    /// What has arrived and was not taken.
    private var arrived = Data()

    init(_ input: FileHandle) { self.input = input }

    /// The next line without its end; nil when the input has ended.
    mutating func next() -> Data? {
        // A list of what was sent may be megabytes: no byte of it is looked at twice.
        var lookedAt = arrived.startIndex
        while true {
            if let end = arrived[lookedAt...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = arrived[..<end]
                arrived = Data(arrived[arrived.index(after: end)...])
                return Data(line)
            }
            lookedAt = arrived.endIndex
            let more = input.availableData
            guard !more.isEmpty else { return nil }
            arrived.append(more)
        }
    }
}
