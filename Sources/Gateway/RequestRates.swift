import Hub
import Locking

/// How often each address and each token may send over HTTP, on all loops together.
///
/// Whoever sends is remembered for as long as it takes a bucket to fill up again, so that what is
/// held follows the traffic; over ``senderCountMax`` senders nobody new is let in.
final class RequestRates: Sendable {
    /// Addresses and tokens that are remembered.
    static let senderCountMax = 100_000

    /// Whom a request counts for.
    enum Sender: Hashable {
        case address(String)
        case token(Int)
    }

    /// What may come in a second, on average over ``burstSeconds``.
    struct Limits {
        var requestsPerSecond: Int
        var messagesPerSecond: Int
    }

    /// Why a request may not come.
    enum Refusal: Error {
        case tooManyRequests
        case rateExceeded
        case tooManyMessages
    }

    /// What a response's headers say of the rate.
    struct State: Equatable {
        let rolling: Int
        let limit: Int
        var remaining: Int { max(0, limit - rolling) }
    }

    private struct Buckets {
        var requests: RateBucket
        var messages: RateBucket
        var usedAt: ContinuousClock.Instant
    }

    private struct Table {
        var buckets: [Sender: Buckets] = [:]
        var sweptAt: ContinuousClock.Instant?
    }

    private static let burstSeconds = 10
    private let limits: Limits
    private let table = Locked(Table())

    init(_ limits: Limits) { self.limits = limits }

    /// Counts a request for each sender.
    func takeRequest(
        of senders: [Sender],
        now: ContinuousClock.Instant
    ) throws(Refusal) {
        let isWithin = table.withLock { table in
            senders.allSatisfy { sender in
                guard let buckets = Self.buckets(of: sender, &table, limits, now) else {
                    return false
                }
                var changed = buckets
                changed.usedAt = now
                let isWithin = changed.requests.take(
                    perSecond: limits.requestsPerSecond,
                    capacity: limits.requestsPerSecond * Self.burstSeconds,
                    now: now
                )
                table.buckets[sender] = changed
                return isWithin
            }
        }
        guard isWithin else { throw .tooManyRequests }
    }

    /// Counts messages for each sender, all of them or none.
    func takeMessages(
        _ count: Int,
        of senders: [Sender],
        now: ContinuousClock.Instant
    ) throws(Refusal) -> State {
        let capacity = limits.messagesPerSecond * Self.burstSeconds
        let (isWithin, available) = table.withLock { table in
            var changed: [Sender: Buckets] = [:]
            var isWithin = true
            var available = capacity
            for sender in senders {
                guard var buckets = Self.buckets(of: sender, &table, limits, now) else { continue }
                isWithin =
                    buckets.messages.take(
                        count,
                        perSecond: limits.messagesPerSecond,
                        capacity: capacity,
                        now: now
                    ) && isWithin
                available = min(available, buckets.messages.available)
                changed[sender] = buckets
            }
            if isWithin { table.buckets.merge(changed) { $1 } }
            return (isWithin, available)
        }
        guard isWithin else { throw available < 1 ? .rateExceeded : .tooManyMessages }
        let rolling = (capacity - available) / Self.burstSeconds
        return State(rolling: rolling, limit: limits.messagesPerSecond)
    }

    private static func buckets(
        of sender: Sender,
        _ table: inout Table,
        _ limits: Limits,
        _ now: ContinuousClock.Instant
    ) -> Buckets? {
        if let known = table.buckets[sender] { return known }
        if table.buckets.count >= senderCountMax {
            sweep(&table, now)
            guard table.buckets.count < senderCountMax else { return nil }
        }
        return Buckets(
            requests: RateBucket(capacity: limits.requestsPerSecond * burstSeconds),
            messages: RateBucket(capacity: limits.messagesPerSecond * burstSeconds),
            usedAt: now
        )
    }

    /// Forgets whose buckets are full again, at most once a second: it looks at all of them.
    private static func sweep(_ table: inout Table, _ now: ContinuousClock.Instant) {
        if let sweptAt = table.sweptAt, sweptAt.duration(to: now) < .seconds(1) { return }
        table.sweptAt = now
        table.buckets = table.buckets.filter {
            $0.value.usedAt.duration(to: now) < .seconds(burstSeconds)
        }
    }
}
