import Topics

/// The private channels of a loop by their topics, whose names are folded here.
///
/// A channel is in it from its join on, before its verdict is there: a change of who may join that
/// passes meanwhile must find it.
struct MemberIndex {
    /// Where a channel stands.
    struct Standing {
        fileprivate var overall: Int
        fileprivate var inTopic: Int
    }

    /// All of them, in no order.
    private(set) var all: ContiguousArray<Channel> = []
    private var lists: [TopicName: Few<Channel>] = [:]

    /// How many topics there are.
    var topicCount: Int { lists.count }

    /// The topics.
    var topics: some Sequence<TopicName> { lists.keys }

    /// The channels of a topic.
    subscript(topic: TopicName) -> ContiguousArray<Channel> { lists[topic.folded]?.all ?? [] }

    /// Adds a channel.
    mutating func add(_ channel: Channel) {
        precondition(channel.standing == nil, "a channel is in the index once")
        let topic = channel.key.name.folded
        channel.standing = Standing(overall: all.count, inTopic: lists[topic]?.count ?? 0)
        all.append(channel)
        lists[topic, default: Few()].append(channel)
    }

    /// Takes a channel out, if it is in it.
    mutating func remove(_ channel: Channel) {
        guard let standing = channel.standing else { return }
        channel.standing = nil
        let last = all.removeLast()
        if last !== channel {
            all[standing.overall] = last
            last.standing?.overall = standing.overall
        }
        let topic = channel.key.name.folded
        // Taken out meanwhile, so that nothing is copied.
        guard var list = lists.removeValue(forKey: topic) else { return }
        let lastOfTopic = list.removeLast()
        if lastOfTopic !== channel {
            list[standing.inTopic] = lastOfTopic
            lastOfTopic.standing?.inTopic = standing.inTopic
        }
        if !list.isEmpty { lists[topic] = list }
    }
}
