import Hub

/// How much a request to broadcast counts for, against what its sender shares with others.
struct RequestRates {
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

    /// Those of the sender: of its user, its address and its key.
    let allowances: [SharedAllowance]

    /// The node's.
    let node: SharedAllowance

    /// Counts a request.
    ///
    /// - Throws: The scope that has no room for it.
    func takeRequest(now: ContinuousClock.Instant) throws(OverRate) {
        for allowance in allowances where !allowance.take(of: .requests, now: now) {
            throw OverRate(.tooManyRequests, allowance.scope, .requests)
        }
    }

    /// Counts messages, where there is room for all of them everywhere.
    func takeMessages(_ count: Int, now: ContinuousClock.Instant) throws(OverRate) -> State {
        let counted: [(SharedAllowance, RateKind)] =
            allowances.map { ($0, .requestMessages) }
            + (allowances + [node]).map { ($0, .messages) }
        for (allowance, kind) in counted {
            let countMax = allowance.limits.countMax(kind)
            let before = countMax == 0 ? 0 : allowance.count(of: kind, now: now)
            guard countMax > 0, before + count > countMax else { continue }
            let refusal: Refusal = before >= countMax ? .rateExceeded : .tooManyMessages
            throw OverRate(refusal, allowance.scope, kind)
        }
        for (allowance, kind) in counted { _ = allowance.take(count, of: kind, now: now) }
        return state(now)
    }

    /// A request that came when there was no room for it.
    struct OverRate: Error {
        let refusal: Refusal
        let scope: LimitScope
        let kind: RateKind

        init(_ refusal: Refusal, _ scope: LimitScope, _ kind: RateKind) {
            self.refusal = refusal
            self.scope = scope
            self.kind = kind
        }
    }

    private func state(_ now: ContinuousClock.Instant) -> State {
        let limiting = allowances.filter { $0.limits[.requestMessages] > 0 }
        let rolling = limiting.map { allowance in
            let seconds = Int(max(1, allowance.limits.window.components.seconds))
            return allowance.count(of: .requestMessages, now: now) / seconds
        }
        return State(
            rolling: rolling.max() ?? 0,
            limit: limiting.first?.limits[.requestMessages] ?? 0
        )
    }
}
