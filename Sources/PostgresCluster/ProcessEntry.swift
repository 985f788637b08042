internal import FoundationEssentials

/// What `/proc` says about a process.
struct ProcessEntry: Equatable {
    let processID: Int32
    /// Clock ticks from boot to its start: with the number, it tells a process from a later one.
    let startTick: UInt64
    /// The program's file name, at most 15 bytes of it.
    let name: String

    /// Nil when there is no such process, or it has ended and nobody has asked for its status.
    init?(_ processID: Int32) {
        guard let line = FileText.read("/proc/\(processID)/stat"),
            let start = line.firstIndex(of: "("), let end = line.lastIndex(of: ")")
        else { return nil }
        // The fields after the name, which may hold anything: state is the first of them.
        let fields = line[line.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", let tick = UInt64(fields[19]) else { return nil }
        self.processID = processID
        startTick = tick
        name = String(line[line.index(after: start)..<end])
    }

    /// Reads what ``text`` wrote; nil also when that process has ended.
    init?(text: String) {
        let numbers = text.split(whereSeparator: \.isWhitespace)
        guard numbers.count == 2, let processID = Int32(numbers[0]),
            let entry = ProcessEntry(processID), String(entry.startTick) == numbers[1]
        else { return nil }
        self = entry
    }

    /// The processes of one program that work in a folder.
    static func all(named name: String, workingIn folder: String) -> [ProcessEntry] {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return numbers.compactMap { Int32($0) }.compactMap(ProcessEntry.init(_:)).filter {
            $0.name == name && $0.workingFolder == folder
        }
    }

    /// Number and start for a file.
    var text: String { "\(processID) \(startTick)\n" }

    /// Whether it is still the same process that runs.
    var isAlive: Bool { ProcessEntry(processID) == self }

    /// The folder it works in, nil where it may not be read.
    var workingFolder: String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(processID)/cwd")
    }
}
