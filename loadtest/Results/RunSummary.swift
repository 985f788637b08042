/// A run in words, for a terminal.
public enum RunSummary {
    /// The verdict, what was measured, and what went wrong.
    ///
    /// - Parameter result: The run.
    /// - Returns: Lines of at most 100 characters, without the last line's end.
    public static func text(_ result: RunResult) -> String {
        ([result.verdict.headline] + result.verdict.reasons).joined(separator: "\n")
    }
}
