import FoundationEssentials

/// What `/proc` says about processes and the machine.
enum ProcessFigures {
    static var ownProcessID: Int { Int(ProcessInfo.processInfo.processIdentifier) }

    static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// Over 1, 5 and 15 minutes.
    static var loadAverages: String {
        text("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ")
    }

    /// Nanoseconds that all living threads of a process were on a core.
    ///
    /// Threads that have ended are not in it: the processes that are measured keep theirs.
    static func coreNanoseconds(of processID: Int) -> Double {
        let folder = "/proc/\(processID)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return threads.reduce(0) { sum, thread in
            sum
                + (text("\(folder)/\(thread)/schedstat").split(separator: " ").first
                    .flatMap { Double($0) } ?? 0)
        }
    }

    /// The same, by the thread's name.
    static func coreNanosecondsByThread(of processID: Int) -> [String: Double] {
        let folder = "/proc/\(processID)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var figures: [String: Double] = [:]
        for thread in threads {
            let name = text("\(folder)/\(thread)/comm").split(separator: "\n").first ?? ""
            let time = text("\(folder)/\(thread)/schedstat").split(separator: " ").first
            figures[String(name), default: 0] += time.flatMap { Double($0) } ?? 0
        }
        return figures
    }

    /// How much of the machine all processes of this session get beside those of others; only root
    /// may lower it, and where there are no such groups nothing happens.
    static func setGroupNiceness(_ niceness: Int) {
        let file = URL(filePath: "/proc/self/autogroup")
        try? Data("\(niceness)".utf8).write(to: file)
    }

    /// Bytes of memory that a process has resident.
    static func residentByteCount(of processID: Int) -> Int {
        let line = text("/proc/\(processID)/status").split(separator: "\n")
            .first { $0.hasPrefix("VmRSS:") }
        let number = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
        return (number.flatMap { Int($0) } ?? 0) * 1_024
    }

    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
