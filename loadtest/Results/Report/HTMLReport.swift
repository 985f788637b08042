/// A run as a page that needs nothing beside itself.
public enum HTMLReport {
    /// The page.
    ///
    /// - Parameter result: The run.
    /// - Returns: HTML.
    public static func text(_ result: RunResult) -> String {
        "<!doctype html><title>\(result.scenario)</title><p>\(result.verdict.headline)</p>"
    }
}
