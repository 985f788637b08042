import Topics
import Wire

extension SystemNotice {
    /// What a channel is told whose token is refused after the join.
    init(ofToken refusal: JoinRefusal) {
        self =
            switch refusal {
            case .tokenExpired(let secondsAgo): .tokenExpired(secondsAgo: secondsAgo)
            case .tokenFieldsMissing: .tokenFieldsMissing
            case .tokenExpirationInvalid: .tokenExpirationInvalid
            case .tokenNotYetValid: .tokenNotYetValid
            case .tokenClaimRefused(let claim): .tokenClaimRefused(claim: claim)
            case .tokenSignatureInvalid: .tokenSignatureInvalid
            case .tokenSignerUnknown(let keyID): .tokenSignerUnknown(keyID: keyID)
            default: .tokenMalformed
            }
    }

    /// What a channel is told whose new token the database could not be asked about.
    init(ofDatabase refusal: JoinRefusal) {
        self = refusal == .queryCanceled ? .queryCanceled : .unableToConnectToProject
    }
}

extension Hub {
    /// Finds who a join's token names; without a token of its own, who the handshake's named.
    func identity(
        for token: String?,
        on connection: Connection,
        time: HubTime
    ) -> Result<Identity, JoinRefusal> {
        let known = [connection.identity, connection.latestIdentity]
        guard let token else { return stillValid(connection.identity, time) }
        let fingerprint = TokenFingerprint(token)
        if let same = known.first(where: { $0.fingerprint == fingerprint }) {
            return stillValid(same, time)
        }
        let found = port.verify(token, like: connection.identity, time: time)
        if case .success(let identity) = found { connection.latestIdentity = identity }
        return found
    }

    private func stillValid(
        _ identity: Identity,
        _ time: HubTime
    ) -> Result<Identity, JoinRefusal> {
        guard identity.expiresAt > time.unixSeconds else {
            let secondsAgo = time.unixSeconds - identity.expiresAt
            return .failure(.tokenExpired(secondsAgo: secondsAgo))
        }
        return .success(identity)
    }

    /// An `access_token` arrived: the channel goes on under the new token, or ends.
    ///
    /// It is never answered. Until the rules have answered for the new token, the old verdict
    /// holds.
    func renewToken(_ message: InboundMessage, on channel: Channel, time: HubTime) {
        guard let token = AccessTokenPayload(parsing: message.payload).token,
            TokenFingerprint(token) != channel.identity.fingerprint
        else { return }
        guard isWithinJoinRate(channel.connection, time: time) else {
            cut(channel, .tooManyMessages)
            return
        }
        switch identity(for: token, on: channel.connection, time: time) {
        case .failure(let refusal):
            cut(channel, SystemNotice(ofToken: refusal))
        case .success(let identity):
            channel.identity = identity
            channel.connection.refreshExpiry()
            if channel.changes != nil { followChanges(for: channel) }
            guard channel.key.isPrivate else { return }
            askAnew(about: channel, time: time)
        }
    }
}
