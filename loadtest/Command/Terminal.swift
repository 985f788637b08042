import Foundation

/// Writes results to standard output and everything else to standard error.
enum Terminal {
    static func say(_ line: String) { write(line + "\n", to: .standardOutput) }

    static func warn(_ line: String) { write(line + "\n", to: .standardError) }

    /// Writes text as it is to standard error.
    static func draw(_ text: String) { write(text, to: .standardError) }

    /// Whether somebody looks at standard error, so that lines can be drawn anew.
    static var isLive: Bool {
        isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    private static func write(_ text: String, to file: FileHandle) {
        // Nobody reads any more: nothing to do about it.
        try? file.write(contentsOf: Data(text.utf8))
    }
}
