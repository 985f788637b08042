import Logging

/// One log line, whose metadata is only made when somebody reads it.
struct LogLine {
    let code: LogCode
    let metadata: () -> Logger.Metadata

    init(_ code: LogCode, _ metadata: @autoclosure @escaping () -> Logger.Metadata = [:]) {
        self.code = code
        self.metadata = metadata
    }
}

extension Observation {
    var line: LogLine {
        switch self {
        case .gateway(let observation): observation.line
        case .connection(let observation): observation.line
        case .key(let observation): observation.line
        case .channel(let observation): observation.line
        case .broadcast(let observation): observation.line
        case .presence(let observation): observation.line
        case .changes(let observation): observation.line
        case .database(let observation): observation.line
        case .outbox(let observation): observation.line
        case .replay(let observation): observation.line
        case .topics(let observation): observation.line
        case .authorization(let observation): observation.line
        case .rowSecurity(let observation): observation.line
        case .counted(let deltas): LogLine(.countersFlushed, ["moved": "\(deltas.count)"])
        }
    }
}

extension Logger.MetadataValue {
    /// A duration in seconds, with milliseconds or finer where it is short.
    static func seconds(_ duration: Duration) -> Self { .string("\(duration.secondsAsDouble)") }

    /// What may be absent: `none` in its place.
    static func optional(_ value: (some CustomStringConvertible)?) -> Self {
        .string(value.map(\.description) ?? "none")
    }

    /// A duration that may be absent.
    static func optional(_ duration: Duration?) -> Self { duration.map(Self.seconds) ?? "none" }
}

extension Duration {
    /// The duration in seconds, rounded to microseconds so that it reads well.
    var secondsAsDouble: Double {
        let parts = components
        let microseconds = Double(parts.attoseconds / 1_000_000_000_000)
        return Double(parts.seconds) + microseconds / 1_000_000
    }
}
