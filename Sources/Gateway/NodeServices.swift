import Authorization
import Hub
import Observation

/// What the loops of a node share; everything in it may be used from any thread.
final class NodeServices: Sendable {
    let configuration: GatewayConfiguration
    let interest: Interest
    let authorizer: Authorizer
    let observe: Observe
    let metricsText: @Sendable () -> String
    let status: NodeStatus

    /// How many loops the node has.
    let loopCount: Int

    init(
        configuration: GatewayConfiguration,
        interest: Interest,
        authorizer: Authorizer,
        status: NodeStatus,
        observe: @escaping Observe,
        metricsText: @escaping @Sendable () -> String
    ) {
        self.configuration = configuration
        self.interest = interest
        self.authorizer = authorizer
        self.observe = observe
        self.metricsText = metricsText
        self.status = status
        loopCount = LoopLayout(configuration).loopCount
    }

    var mailboxByteCountMax: Int { configuration.values.number(.limitsMailboxBytes) }
}
