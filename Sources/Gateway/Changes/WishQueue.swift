import Changes
import Hub

/// The wishes to follow changes that have no answer yet, in order; one for each channel.
struct WishQueue {
    /// A wish of a channel.
    struct Waiting {
        let address: ChangeMember.Address
        let wish: ChangesWish

        /// When it came.
        let since: ContinuousClock.Instant
    }

    private var wishes: [ChangeMember.Address: Waiting] = [:]

    /// Who comes when; those whose wish is gone, or is another one by now, are passed over.
    private var order: [(address: ChangeMember.Address, generation: UInt64)] = []
    private var head = 0

    /// How many wishes wait.
    var count: Int { wishes.count }

    /// Adds a wish at the end, in place of the channel's earlier one.
    mutating func add(_ waiting: Waiting) {
        wishes[waiting.address] = waiting
        order.append((waiting.address, waiting.wish.generation))
    }

    /// Takes the wish of a channel out, if it has one.
    mutating func remove(_ address: ChangeMember.Address) { wishes[address] = nil }

    /// Takes the first wish out.
    mutating func next() -> Waiting? {
        while head < order.count {
            let (address, generation) = order[head]
            head += 1
            forgetTaken()
            guard let waiting = wishes[address], waiting.wish.generation == generation else {
                continue
            }
            wishes[address] = nil
            return waiting
        }
        return nil
    }

    /// Gives back the room of what was taken, now and then.
    private mutating func forgetTaken() {
        guard head == order.count || head > 1_000 else { return }
        order.removeFirst(head)
        head = 0
    }
}
