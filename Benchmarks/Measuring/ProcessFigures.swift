internal import FoundationEssentials

/// What `/proc` says about processes and the machine.
public enum ProcessFigures {
    /// This process's number.
    public static var ownProcessID: Int { Int(ProcessInfo.processInfo.processIdentifier) }

    /// Cores that are in use.
    public static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// Over 1, 5 and 15 minutes.
    public static var loadAverages: String {
        text("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ")
    }

    /// Nanoseconds that all living threads of a process were on a core.
    ///
    /// Threads that have ended are not in it: the processes that are measured keep theirs.
    ///
    /// - Parameter processID: The process.
    /// - Returns: 0 when it is gone.
    public static func coreNanoseconds(of processID: Int) -> Double {
        let folder = "/proc/\(processID)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return threads.reduce(0) { sum, thread in
            sum
                + (text("\(folder)/\(thread)/schedstat").split(separator: " ").first
                    .flatMap { Double($0) } ?? 0)
        }
    }

    /// The same, by the thread's name.
    ///
    /// - Parameter processID: The process.
    /// - Returns: Threads of one name together.
    public static func coreNanosecondsByThread(of processID: Int) -> [String: Double] {
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

    /// Sets how much of the machine all processes of this session get beside those of others.
    ///
    /// Only root may lower it, and where there are no such groups nothing happens.
    ///
    /// - Parameter niceness: -20 to 19.
    public static func setGroupNiceness(_ niceness: Int) {
        let file = URL(filePath: "/proc/self/autogroup")
        try? Data("\(niceness)".utf8).write(to: file)
    }

    /// Bytes of memory that a process has resident.
    ///
    /// - Parameter processID: The process.
    /// - Returns: 0 when it is gone.
    public static func residentByteCount(of processID: Int) -> Int {
        byteCounts(of: processID)["VmRSS:"] ?? 0
    }

    /// Bytes of memory that processes have resident which share some of it, such as PostgreSQL's.
    ///
    /// What is shared counts once, by the process that has most of it.
    ///
    /// - Parameter processIDs: The processes.
    /// - Returns: 0 when all are gone.
    public static func byteCountTogether(of processIDs: [Int]) -> Int {
        let all = processIDs.map(byteCounts)
        let own = all.reduce(0) { $0 + ($1["RssAnon:"] ?? 0) }
        let shared = ["RssShmem:", "RssFile:"].map { name in all.compactMap { $0[name] }.max() ?? 0
        }
        return shared.reduce(own, +)
    }

    /// The processes that a process has started and that still run.
    ///
    /// - Parameter processID: The process.
    /// - Returns: Their numbers.
    public static func children(of processID: Int) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int($0) }.filter { parent(of: $0) == processID }
    }

    private static func parent(of processID: Int) -> Int? {
        // The name before it stands in brackets and may hold anything.
        let fields = text("/proc/\(processID)/stat").split(separator: ")").last?
            .split(separator: " ")
        guard let fields, fields.count > 1 else { return nil }
        return Int(fields[1])
    }

    /// The lines of a process's status that count kilobytes, by their names, in bytes.
    private static func byteCounts(of processID: Int) -> [String: Int] {
        var counts: [String: Int] = [:]
        for line in text("/proc/\(processID)/status").split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count == 3, words[2] == "kB", let count = Int(words[1]) else { continue }
            counts[String(words[0])] = count * 1_024
        }
        return counts
    }

    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
