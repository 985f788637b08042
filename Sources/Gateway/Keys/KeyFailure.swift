import Tokens
import WebSocketClient

/// Why there are no keys where there should be.
enum KeyFailure: Error, Equatable {
    /// There is no such file, or it may not be read.
    case unreadable(String)

    case download(DownloadFailure)
    case refused(KeySetRefusal)

    /// One word for the log.
    var reason: String {
        switch self {
        case .unreadable: "unreadable"
        case .download(let failure): "\(failure)"
        case .refused(let refusal):
            switch refusal {
            case .tooLong: "too_long"
            case .tooManyKeys: "too_many_keys"
            case .noKeySet: "no_key_set"
            case .noPublicKey: "no_public_key"
            case .privateKey: "private_key"
            case .keyUnusable: "key_unusable"
            }
        }
    }

    /// The failure for whoever has just written the configuration.
    var sentence: String {
        switch self {
        case .unreadable(let path): "cannot read the file \(path)"
        case .download(let failure): "cannot be fetched: \(failure)"
        case .refused(let refusal): "\(refusal)"
        }
    }
}
