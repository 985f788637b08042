public import Logging

/// Writes each observation as one log line, whose `code` is a ``LogCode``.
public struct LogObserver: Sendable {
    private let logger: Logger

    /// Writes to `logger`, whose level decides what is kept.
    public init(logger: Logger) { self.logger = logger }

    /// Writes the line of an observation, if its level is kept.
    public func observe(_ observation: Observation) {
        let line = observation.line
        let level = line.code.level
        guard level >= logger.logLevel else { return }
        var metadata = line.metadata()
        metadata["code"] = "\(line.code.rawValue)"
        logger.log(level: level, "\(line.code.message)", metadata: metadata)
    }
}
