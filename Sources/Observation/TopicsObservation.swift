import Logging

/// What is seen of topic files.
public enum TopicsObservation: Sendable {
    /// Other files are served from now on; so many families have one.
    case loaded(familyCount: Int)

    /// The files were read again and say the same.
    case unchanged

    /// The files in the folder are not served, and what was served is served on.
    case kept(reason: String)

    /// Something is wrong with a file, or with the database for it; the message is the operator's
    /// own, of what stands in files.
    case problem(place: String?, message: String, isError: Bool)
}

extension TopicsObservation {
    var line: LogLine {
        switch self {
        case .loaded(let count): LogLine(.topicsLoaded, ["families": "\(count)"])
        case .unchanged: LogLine(.topicsUnchanged)
        case .kept(let reason): LogLine(.topicsKept, ["reason": "\(reason)"])
        case .problem(let place, let message, let isError):
            LogLine(
                isError ? .topicFileWrong : .topicFileDoubtful,
                ["place": .optional(place), "problem": "\(message)"]
            )
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .loaded(let count):
            [
                .add(.topicsReloads, ["loaded"]), .set(.topicFamilies, to: Double(count)),
                .set(.topicsKept, to: 0),
            ]
        case .unchanged: [.add(.topicsReloads, ["unchanged"]), .set(.topicsKept, to: 0)]
        case .kept(let reason): [.add(.topicsReloads, [reason]), .set(.topicsKept, to: 1)]
        case .problem: []
        }
    }
}
