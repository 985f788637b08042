import Topics
import Wire

/// Who is present in one topic, and what has changed since its members were last told.
struct PresenceTopic {
    /// Every entry by its number.
    private var metas: [UInt64: PresenceMeta] = [:]

    /// The entries of each key, in the order in which their channels came.
    private var numbers: [ExactText: [UInt64]] = [:]

    /// The entry of each channel; a lost one has none.
    private var held: [PresenceHolder: UInt64] = [:]

    /// Entries that members have not been told of.
    private var joined: Set<UInt64> = []

    /// Entries that members have been told of and that are no more.
    private var left: [UInt64: PresenceMeta] = [:]

    private var byteCount = 0

    /// What members were last told, written down; nil while nobody has asked for it.
    private var stateText: JSONText?

    var isEmpty: Bool { metas.isEmpty && left.isEmpty }
    var hasChanged: Bool { !joined.isEmpty || !left.isEmpty }
    var metaCount: Int { metas.count }

    /// Shows what a channel asks for, or says why not.
    mutating func track(
        _ wish: PresenceTracking,
        _ limits: PresenceLimits,
        _ references: inout PresenceReferences
    ) -> PresenceOutcome {
        if let number = held[wish.holder], var meta = metas[number] {
            meta.person = wish.person
            metas[number] = meta
            if meta.compared == wish.compared { return .unchanged }
            return replace(meta, wish, limits, &references) ?? .updated
        }
        if let lost = lostMeta(for: wish) {
            if lost.compared == wish.compared {
                metas[lost.number]?.holder = wish.holder
                metas[lost.number]?.lostUntil = nil
                held[wish.holder] = lost.number
                return .resumed
            }
            return replace(lost, wish, limits, &references) ?? .resumedUpdated
        }
        if let siblings = numbers[wish.key] {
            guard siblings.count < limits.metaCountMax else { return .refused(.tooManyMetas) }
        } else {
            guard numbers.count < limits.keyCountMax else { return .refused(.tooManyKeys) }
        }
        let meta = Self.meta(wish, previous: nil, &references)
        guard byteCount + meta.byteCount <= limits.topicByteCountMax else {
            return .refused(.topicTooLarge)
        }
        insert(meta, at: numbers[wish.key]?.count ?? 0)
        return .joined
    }

    /// The lost entry that a channel may go on with: best one that shows the same already.
    private func lostMeta(for wish: PresenceTracking) -> PresenceMeta? {
        guard let person = wish.person else { return nil }
        let lost = (numbers[wish.key] ?? []).compactMap { metas[$0] }
            .filter { $0.lostUntil != nil && $0.person == person }
        return lost.first { $0.compared == wish.compared } ?? lost.first
    }

    /// Puts a new entry into the place of another; answers a refusal, or nil when it is done.
    private mutating func replace(
        _ old: PresenceMeta,
        _ wish: PresenceTracking,
        _ limits: PresenceLimits,
        _ references: inout PresenceReferences
    ) -> PresenceOutcome? {
        // What nobody was told of cannot be named as what was replaced.
        let previous = joined.contains(old.number) ? old.previous : old.reference
        let meta = Self.meta(wish, previous: previous, &references)
        guard byteCount - old.byteCount + meta.byteCount <= limits.topicByteCountMax else {
            return .refused(.topicTooLarge)
        }
        let place = numbers[old.key]?.firstIndex(of: old.number) ?? 0
        remove(old.number)
        insert(meta, at: place)
        return nil
    }

    private static func meta(
        _ wish: PresenceTracking,
        previous: String?,
        _ references: inout PresenceReferences
    ) -> PresenceMeta {
        let (number, reference) = references.next()
        return PresenceMeta(
            number: number,
            reference: reference,
            previous: previous,
            key: wish.key,
            compared: wish.compared,
            text: PresencePayload.meta(wish.payload, reference: reference, previous: previous),
            person: wish.person,
            holder: wish.holder,
            lostUntil: nil
        )
    }

    private mutating func insert(_ meta: PresenceMeta, at place: Int) {
        metas[meta.number] = meta
        numbers[meta.key, default: []].insert(meta.number, at: place)
        if let holder = meta.holder { held[holder] = meta.number }
        joined.insert(meta.number)
        byteCount += meta.byteCount
    }

    private mutating func remove(_ number: UInt64) {
        guard let meta = metas.removeValue(forKey: number) else { return }
        if let holder = meta.holder { held[holder] = nil }
        numbers[meta.key]?.removeAll { $0 == number }
        if numbers[meta.key]?.isEmpty == true { numbers[meta.key] = nil }
        byteCount -= meta.byteCount
        if joined.remove(number) == nil { left[number] = meta }
    }

    /// Takes away what a channel shows.
    mutating func untrack(_ holder: PresenceHolder) {
        if let number = held[holder] { remove(number) }
    }

    /// A channel's connection is lost.
    ///
    /// - Returns: The number of the entry that stays for the grace period; nil when none does.
    mutating func lose(
        _ holder: PresenceHolder,
        until deadline: ContinuousClock.Instant?
    ) -> UInt64? {
        guard let number = held[holder] else { return nil }
        guard let deadline, metas[number]?.person != nil else {
            remove(number)
            return nil
        }
        held[holder] = nil
        metas[number]?.holder = nil
        metas[number]?.lostUntil = deadline
        return number
    }

    /// Takes away a lost entry whose time is over, if nobody has taken it over meanwhile.
    mutating func expire(_ number: UInt64, lostUntil deadline: ContinuousClock.Instant) {
        if metas[number]?.lostUntil == deadline { remove(number) }
    }

    /// Everybody whom members have been told of.
    mutating func state() -> JSONText {
        if let stateText { return stateText }
        let told = metas.keys.filter { !joined.contains($0) } + left.keys
        let text = PresencePayload.state(groups(told))
        stateText = text
        return text
    }

    /// What has changed since the last call, once; nil when nothing has.
    mutating func takeDiff() -> JSONText? {
        guard hasChanged else { return nil }
        let diff = PresencePayload.diff(
            joins: groups(Array(joined)),
            leaves: groups(Array(left.keys))
        )
        joined = []
        left = [:]
        stateText = nil
        return diff
    }

    /// Puts entries together by key, in the order of their numbers.
    private func groups(_ numbers: [UInt64]) -> [PresencePayload.Group] {
        var groups: [PresencePayload.Group] = []
        var places: [ExactText: Int] = [:]
        for number in numbers.sorted() {
            guard let meta = metas[number] ?? left[number] else { continue }
            if let place = places[meta.key] {
                groups[place].metas.append(meta.text)
            } else {
                places[meta.key] = groups.count
                groups.append(PresencePayload.Group(key: meta.key.text, metas: [meta.text]))
            }
        }
        return groups
    }
}
