import Authorization
import Hub
import Observation
import Tokens

/// What the loops of a node share; everything in it may be used from any thread.
final class NodeServices: Sendable {
    let configuration: GatewayConfiguration
    let interest: Interest
    let authorizer: Authorizer
    let keys: KeyKeeper
    let observe: Observe
    let metricsText: @Sendable () -> String
    let status: NodeStatus

    /// How many loops the node has.
    let loopCount: Int

    init(
        configuration: GatewayConfiguration,
        interest: Interest,
        authorizer: Authorizer,
        keys: KeyKeeper,
        status: NodeStatus,
        observe: @escaping Observe,
        metricsText: @escaping @Sendable () -> String
    ) {
        self.configuration = configuration
        self.interest = interest
        self.authorizer = authorizer
        self.keys = keys
        self.observe = observe
        self.metricsText = metricsText
        self.status = status
        loopCount = LoopLayout(configuration).loopCount
    }

    /// A token was refused: counts it, and has the keys read again where that could help.
    func refused(_ refusal: TokenRefusal) {
        observe(.connection(.tokenRefused(reason: refusal.reason)))
        if refusal.mayHeal { keys.missedKey() }
    }

    var mailboxByteCountMax: Int { configuration.values.number(.limitsMailboxBytes) }
}
