import Hub
import Observation
import Topics
import WebSocketServer
import Wire

extension Observation {
    /// What a hub's note is worth to the log and the metrics.
    init(_ note: HubNote) {
        self =
            switch note {
            case .malformed(let malformed): .connection(.messageMalformed(kind: malformed.kind))
            case .joinFieldsInvalid(let fields):
                .channel(.joinFieldsInvalid(fieldCount: fields.count))
            case .joinAsked(let topic, let isPrivate):
                .channel(
                    .joinAsked(family: FamilyLabel(topic: topic.text), isPrivate: isPrivate)
                )
            case .joined(let topic, let isPrivate, let duration):
                .channel(
                    .joinAccepted(
                        family: FamilyLabel(topic: topic.text),
                        isPrivate: isPrivate,
                        after: duration
                    )
                )
            case .refused(let topic, let isPrivate, let refusal):
                .channel(
                    .joinRefused(
                        family: FamilyLabel(topic: topic),
                        isPrivate: isPrivate,
                        code: refusal.code
                    )
                )
            case .left: .channel(.left)
            case .cut(let notice): .channel(.cut(code: notice.code))
            case .revoked(let notice, let duration):
                .channel(.revoked(code: notice.code, after: duration))
            case .broadcastRefused(let reason): .broadcast(.refused(reason: reason.rawValue))
            case .changesAnswered(let notice): .changes(.answered(code: notice.code))
            case .limitReached(let scope, let kind):
                .connection(.limitReached(scope: scope.rawValue, limit: kind.name))
            case .connectionLimitReached(let scope):
                .connection(.limitReached(scope: scope.rawValue, limit: "connections"))
            case .presenceRefused(let refusal): .presence(.refused(reason: refusal.rawValue))
            }
    }
}

extension ConnectionEnd {
    /// How the log and the metrics call this end.
    var observed: ConnectionObservation.End {
        switch self {
        case .closedByOther: .left
        case .closed(.serviceRestart): .draining
        case .closed, .messageTooBig, .outOfRoom: .cut
        case .dropped: .cut
        case .idle: .idle
        case .tooSlow: .slow
        case .lost: .lost
        case .stopped: .draining
        }
    }

    /// The close code, where a close frame was involved.
    var code: UInt16? {
        switch self {
        case .closedByOther(let code): code
        case .closed(let code): code.rawValue
        case .idle: CloseCode.normal.rawValue
        case .messageTooBig: CloseCode.messageTooBig.rawValue
        case .tooSlow, .outOfRoom: CloseCode.tryAgainLater.rawValue
        case .dropped, .lost, .stopped: nil
        }
    }
}

extension SystemNotice {
    /// One word for the log and for a metric's label.
    var code: String {
        switch self {
        case .replicationEstablished: "replication_established"
        case .replicationNotEstablished: "replication_not_established"
        case .tooManyMessages: "too_many_messages"
        case .tokenExpired: "token_expired"
        case .tokenFieldsMissing: "token_fields_missing"
        case .tokenExpirationInvalid: "token_expiration_invalid"
        case .tokenNotYetValid: "token_not_yet_valid"
        case .tokenClaimRefused: "token_claim_refused"
        case .tokenMalformed: "token_malformed"
        case .tokenSignatureInvalid: "token_signature_invalid"
        case .tokenSignerUnknown: "token_signer_unknown"
        case .readDenied: "read_denied"
        case .readRevoked: "read_revoked"
        case .unableToConnectToProject: "unable_to_connect_to_project"
        case .queryCanceled: "query_canceled"
        case .serverDisconnect: "server_disconnect"
        case .databaseAway: "database_away"
        case .databaseBack: "database_back"
        case .resync: "resync"
        }
    }
}
