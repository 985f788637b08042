public import Foundation

/// A generator as a process: orders come in, reports go out, a line of JSON each.
public enum GeneratorProcess {
    /// Reads an ``Assignment`` and carries it out until ``Order/end`` or the end of the input.
    ///
    /// It blocks its thread, and writes nothing but lines of ``GeneratorReport``.
    ///
    /// - Parameters:
    ///   - input: Gives the assignment in its first line and an ``Order`` in each further one.
    ///   - output: Takes the reports.
    /// - Returns: False when it could not go on; it has reported why then.
    public static func run(input: FileHandle, output: FileHandle) -> Bool {
        let report = GeneratorReport.failed("This generator cannot run a scenario yet.")
        guard var line = try? JSONEncoder().encode(report) else { return false }
        line.append(UInt8(ascii: "\n"))
        try? output.write(contentsOf: line)
        return false
    }
}
