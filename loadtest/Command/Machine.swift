import FoundationEssentials
import LoadResults
import Measuring

/// What `/proc` says about this machine.
enum Machine {
    /// For the head of a report.
    static var description: RunResult.Machine {
        RunResult.Machine(
            processor: value(of: "model name", in: "/proc/cpuinfo") ?? "unknown",
            coreCount: ProcessFigures.coreCount,
            memoryByteCount: kilobytes(of: "MemTotal"),
            kernel: "Linux " + text("/proc/sys/kernel/osrelease").filter { !$0.isWhitespace },
            loadAverages: ProcessFigures.loadAverages
        )
    }

    /// Bytes that programs can still get without swapping.
    static var availableByteCount: Int { kilobytes(of: "MemAvailable") }

    /// How many connections one address can open to one port of one other address.
    static var portCount: Int {
        let bounds = text("/proc/sys/net/ipv4/ip_local_port_range")
            .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard bounds.count == 2, bounds[0] <= bounds[1] else { return 28_232 }
        return bounds[1] - bounds[0] + 1
    }

    private static func kilobytes(of name: String) -> Int {
        let words = value(of: name, in: "/proc/meminfo")?.split(separator: " ")
        return (words?.first.flatMap { Int($0) } ?? 0) * 1_024
    }

    private static func value(of name: String, in file: String) -> String? {
        for line in text(file).split(separator: "\n") where line.hasPrefix(name) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...]
                .drop(while: { $0 == " " || $0 == "\t" })
            return String(value)
        }
        return nil
    }

    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
