import Authorization
import Hub
import Observation
import Outbox
import Synchronization
import Tokens

/// What the loops of a node share; everything in it may be used from any thread.
final class NodeServices: Sendable {
    let configuration: GatewayConfiguration
    let interest: Interest
    let authorizer: Authorizer
    let replayer: OutboxReplayer
    let keys: KeyKeeper
    let observe: Observe
    let metricsText: @Sendable () -> String
    let status: NodeStatus

    /// The topic files that the node goes by.
    let topics: ServedTopics

    /// How many channels topics have, where their files limit them.
    let channelCounts = ChannelCounts()

    /// What users, addresses, keys and the node have used of what they may.
    let allowances: AllowanceBook

    /// Questions that requests have asked and that are not answered.
    private let questionCount = Atomic<Int>(0)

    /// Explains channels to whoever operates the node.
    let explanations = Explanations()

    /// How many loops the node has.
    let loopCount: Int

    init(
        configuration: GatewayConfiguration,
        interest: Interest,
        authorizer: Authorizer,
        replayer: OutboxReplayer,
        keys: KeyKeeper,
        topics: ServedTopics = ServedTopics(isChecked: true),
        status: NodeStatus,
        observe: @escaping Observe,
        metricsText: @escaping @Sendable () -> String
    ) {
        self.configuration = configuration
        self.interest = interest
        self.authorizer = authorizer
        self.replayer = replayer
        self.keys = keys
        self.topics = topics
        self.observe = observe
        self.metricsText = metricsText
        self.status = status
        loopCount = LoopLayout(configuration).loopCount
        allowances = AllowanceBook(LimitSettings.limits(configuration.values))
    }

    /// A token was refused: counts it, and has the keys read again where that could help.
    func refused(_ refusal: TokenRefusal) {
        observe(.connection(.tokenRefused(reason: refusal.reason)))
        if refusal.mayHeal { keys.missedKey() }
    }

    /// Lets a request ask questions, if the half of them that requests may take has room.
    func takeQuestions(_ count: Int) -> Bool {
        let countMax = max(1, configuration.values.number(.authorizationQuestions) / 2)
        let (_, total) = questionCount.add(count, ordering: .relaxed)
        guard total > countMax else { return true }
        giveBackQuestions(count)
        return false
    }

    /// Counts questions of requests as answered.
    func giveBackQuestions(_ count: Int) { questionCount.subtract(count, ordering: .relaxed) }

    var mailboxByteCountMax: Int { configuration.values.number(.limitsMailboxBytes) }
}
