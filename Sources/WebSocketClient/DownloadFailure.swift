/// Why a document could not be downloaded.
public enum DownloadFailure: Error, Hashable, Sendable {
    /// The URL is none of `http://` or `https://`.
    case addressMalformed

    /// The host has no IP address, none of them answers, or the stream broke.
    case unreachable

    /// The encrypted stream could not be set up, or was broken.
    case tls(TLSFailure)

    /// The deadline passed.
    case timedOut

    /// Whoever waits for the document does so no more.
    case stopped

    /// The answer is not HTTP/1.1.
    case answerMalformed

    /// The answer has another status than 200; redirections are not followed.
    case status(Int)

    /// The body is longer than what was allowed.
    case tooLong

    /// The stream ended before the answer did.
    case endedEarly
}

extension DownloadFailure: CustomStringConvertible {
    /// One word for the log and for a metric's label; of a status its number too.
    public var description: String {
        switch self {
        case .addressMalformed: "address_malformed"
        case .unreachable: "unreachable"
        case .tls: "tls"
        case .timedOut: "timed_out"
        case .stopped: "stopped"
        case .answerMalformed: "answer_malformed"
        case .status(let status): "status_\(status)"
        case .tooLong: "too_long"
        case .endedEarly: "ended_early"
        }
    }
}
