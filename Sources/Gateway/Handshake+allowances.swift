import Hub
import Observation
import Synchronization
import Topics
import WebSocketServer
import Wire

/// What a request shares with others: with those of its user, its address, its key, and the node.
extension Handshake {
    /// The allowances that a request goes by.
    ///
    /// - Parameters:
    ///   - request: Where it came from.
    ///   - identity: Whom its token names.
    ///   - kinds: Only allowances that limit one of these are looked for.
    ///   - time: What time it is.
    /// - Returns: The allowances; nil when too many others are remembered.
    func allowances(
        of request: Request,
        _ identity: Identity,
        limiting kinds: [RateKind],
        time: HubTime
    ) -> [SharedAllowance]? {
        var allowances: [SharedAllowance] = []
        for scope in [LimitScope.user, .address, .key]
        where services.allowances.limits(scope, kinds) {
            guard let owner = owner(scope, request, identity) else { continue }
            guard let found = services.allowances.allowance(of: owner, now: time.now) else {
                return nil
            }
            allowances.append(found)
        }
        return allowances
    }

    private func owner(
        _ scope: LimitScope,
        _ request: Request,
        _ identity: Identity
    ) -> AllowanceBook.Owner? {
        switch scope {
        case .user: identity.person.map { .user($0.text) }
        case .address:
            RemoteAddress.group(
                of: request.address,
                forwarded: request.headers[RemoteAddress.header],
                trusted: services.configuration.values.list(.trustedProxies)
            ).map { .address($0) }
        case .key: .key(identity.fingerprint.hash)
        case .connection, .node: nil
        }
    }

    /// Counts a handshake against what its connection will share with others.
    ///
    /// - Returns: The allowances of the connection.
    /// - Throws: Why there is no room for it.
    func admit(
        _ request: Request,
        _ identity: Identity,
        time: HubTime
    ) throws(HandshakeRefusal) -> [SharedAllowance] {
        let limit = services.configuration.values.number(.limitsConnections)
        if limit > 0, services.status.connectionCount.load(ordering: .relaxed) >= limit {
            throw refused(.node, "connections", .tooManyConnections)
        }
        let kinds: [RateKind] = [.joins, .messages, .bytes, .presence]
        let found = allowances(of: request, identity, limiting: kinds, time: time)
        guard let found else { throw refused(.node, "owners", .tooManyConnections) }
        let node = services.allowances.node
        guard node.hasRoomForMember else {
            throw refused(.node, "connections", .tooManyConnections)
        }
        for allowance in found where !allowance.hasRoom {
            throw refused(allowance.scope, "connections", .tooManyConnections)
        }
        for allowance in found + [node] where !allowance.take(of: .joins, now: time.now) {
            throw refused(allowance.scope, RateKind.joins.name, .tooManyJoins)
        }
        return found
    }

    private func refused(
        _ scope: LimitScope,
        _ limit: String,
        _ refusal: HandshakeRefusal
    ) -> HandshakeRefusal {
        services.observe(.connection(.limitReached(scope: scope.rawValue, limit: limit)))
        return refusal
    }
}
