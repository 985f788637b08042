import Logging

/// What is seen of the keys that tokens are verified with; never a key or its name.
public enum KeyObservation: Equatable, Sendable {
    /// A place had other keys than before, and they are in use; some may be of no use.
    case loaded(Source, keyCount: Int, skippedCount: Int)

    /// A set was fetched and is what it was.
    case unchanged(Source)

    /// Keys could not be read; those that were there stay in use.
    case failed(Source, reason: String)

    /// Where keys are.
    public enum Source: String, CaseIterable, Sendable {
        case pemFile = "pem_file"
        case jwksFile = "jwks_file"
        case jwksURL = "jwks_url"
    }
}

extension KeyObservation {
    var line: LogLine {
        switch self {
        case .loaded(let source, let keyCount, let skippedCount):
            LogLine(
                .keysLoaded,
                [
                    "source": "\(source.rawValue)", "keys": "\(keyCount)",
                    "skipped": "\(skippedCount)",
                ]
            )
        case .unchanged(let source):
            LogLine(.keysUnchanged, ["source": "\(source.rawValue)"])
        case .failed(let source, let reason):
            LogLine(.keysNotRead, ["source": "\(source.rawValue)", "reason": "\(reason)"])
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .loaded(let source, let keyCount, _):
            [
                .add(.keyRefreshes, [source.rawValue, "loaded"]),
                .set(.keys, [source.rawValue], to: Double(keyCount)),
            ]
        case .unchanged(let source): [.add(.keyRefreshes, [source.rawValue, "unchanged"])]
        case .failed(let source, _): [.add(.keyRefreshes, [source.rawValue, "failed"])]
        }
    }
}
