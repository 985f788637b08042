import Hub
import Locking
import Topics

/// A look at the channels of all loops, one loop after the other as each comes to it.
final class Inspection: Sendable {
    /// What all loops together have shown.
    struct Found: Sendable {
        var channels: [ChannelSight] = []
        /// How many channels the topic has, shown or not.
        var count = 0
    }

    private struct State {
        var left: Int
        var found = Found()
    }

    let query: AdminQuery
    private let state: Locked<State>
    private let handOver: @Sendable (Found) -> Void

    /// Waits for so many loops, 1 or more; the last one hands everything over, on its thread.
    init(_ query: AdminQuery, loopCount: Int, handOver: @escaping @Sendable (Found) -> Void) {
        self.query = query
        state = Locked(State(left: loopCount))
        self.handOver = handOver
    }

    /// Looks at a loop's channels, on its thread.
    func look(at hub: Hub) {
        let shown: [ChannelSight]
        var count = 0
        switch query {
        case .channels(let topic, let after, let countMax):
            let loop = hub.loop
            let isBefore = after.map { loop < $0.loop } ?? false
            let number = after.flatMap { $0.loop == loop ? $0.number : nil }
            (shown, count) = hub.channels(
                of: topic,
                after: isBefore ? .max : number,
                // One more than a page has, to know whether there is another.
                countMax: countMax + 1
            )
        case .explain(let topic, let place):
            shown =
                place.loop == hub.loop
                ? [hub.channel(of: topic, on: ConnectionNumber(rawValue: place.number))]
                    .compactMap { $0 } : []
        }
        let all = state.withLock { state -> Found? in
            state.left -= 1
            state.found.channels += shown
            state.found.count += count
            return state.left == 0 ? state.found : nil
        }
        if let all { handOver(all) }
    }
}
