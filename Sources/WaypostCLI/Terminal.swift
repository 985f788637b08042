import Foundation

/// Writes for people and for pipes: results to standard output, everything else to standard error.
enum Terminal {
    /// Writes a line to standard output.
    static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// Writes a line to standard error.
    static func warn(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
