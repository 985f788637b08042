import FoundationEssentials
public import Logging
import SystemPackage

/// Writes one line for each log entry, to standard error unless told otherwise.
public struct LineLog: LogHandler {
    /// The least level that is written.
    public var logLevel: Logger.Level

    /// What every line carries.
    public var metadata: Logger.Metadata = [:]

    /// Adds what the present task carries.
    public var metadataProvider: Logger.MetadataProvider?

    private let format: LogFormat
    private let write: @Sendable (String) -> Void

    /// Writes to standard error.
    ///
    /// - Parameters:
    ///   - format: How a line looks.
    ///   - level: The least level that is written. Default `notice`.
    public init(format: LogFormat, level: Logger.Level = .notice) {
        self.init(format: format, level: level) { line in
            // A line that cannot be written is lost: there is nowhere left to say so.
            _ = try? FileDescriptor.standardError.writeAll(line.utf8)
        }
    }

    /// Hands each line, with its line break, to `write`.
    ///
    /// - Parameters:
    ///   - format: How a line looks.
    ///   - level: The least level that is written.
    ///   - write: Called on the thread that logs.
    public init(
        format: LogFormat,
        level: Logger.Level,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.format = format
        logLevel = level
        self.write = write
    }

    /// One value that every line carries.
    public subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a line; of an error only its type, since its description may quote what went wrong.
    public func log(event: LogEvent) {
        var all = metadata
        for more in [metadataProvider?.get(), event.metadata] {
            all.merge(more ?? [:]) { _, newest in newest }
        }
        if let error = event.error { all["error"] = "\(type(of: error))" }
        write(
            format.line(
                time: Date(),
                level: event.level,
                message: event.message.description,
                metadata: all
            )
        )
    }
}
