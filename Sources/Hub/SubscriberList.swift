import Wire

/// The channels of one topic on one loop, apart by serializer, so that fan-out asks nothing twice.
final class SubscriberList {
    private(set) var v1: ContiguousArray<Channel> = []
    private(set) var v2: ContiguousArray<Channel> = []

    var isEmpty: Bool { v1.isEmpty && v2.isEmpty }

    /// Adds a channel; answers true when it is the first of its serializer.
    func add(_ channel: Channel) -> Bool {
        precondition(channel.place == nil, "a channel is in its list once")
        switch channel.connection.serializer {
        case .v1:
            channel.place = v1.count
            v1.append(channel)
            return v1.count == 1
        case .v2:
            channel.place = v2.count
            v2.append(channel)
            return v2.count == 1
        }
    }

    /// Takes a channel out, moving the last one into its place; answers true when none is left
    /// of its serializer.
    func remove(_ channel: Channel) -> Bool {
        guard let place = channel.place else { return false }
        channel.place = nil
        switch channel.connection.serializer {
        case .v1:
            Self.remove(at: place, from: &v1)
            return v1.isEmpty
        case .v2:
            Self.remove(at: place, from: &v2)
            return v2.isEmpty
        }
    }

    private static func remove(at place: Int, from channels: inout ContiguousArray<Channel>) {
        let last = channels.removeLast()
        guard place < channels.count else { return }
        channels[place] = last
        last.place = place
    }
}
