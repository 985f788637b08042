/// Decides what has to be done next to the partitions of one table.
///
/// There is a partition for each day from yesterday to some days ahead, and a last one without end,
/// so that no insert ever fails for want of one. It is named `…_later` and holds nothing as long as
/// days are cut off its front in time.
struct PartitionPlan {
    /// One step; after each the partitions are looked up again.
    enum Step: Equatable {
        /// End a detachment that was interrupted.
        case finishDetaching(name: String)

        /// Detach where attached, and drop.
        case drop(name: String, isAttached: Bool)

        /// Make a partition for each of these days.
        case create(days: [UTCDay])

        /// Detach the last partition, whose range is needed, without stopping writers.
        case detachLast

        /// Make a partition for each of these days and a last one after them.
        case close(days: [UTCDay], isLastLoose: Bool)

        /// The last partition is in use, because nobody was here for weeks: end it before `day`.
        ///
        /// Writers wait for this one.
        case endLast(from: UTCDay, before: UTCDay)
    }

    /// The table's name without the schema.
    let parent: String

    /// Today in UTC by the database's clock.
    let today: UTCDay

    /// Rows of days before this one are older than the retention.
    let oldestKept: UTCDay

    /// For how many days after today there has to be a partition.
    let daysAhead: Int

    /// The name of the partition without end.
    var lastName: String { "\(parent)_later" }

    /// The next step; nil when all is well.
    func next(_ partitions: [Partition]) -> Step? {
        if let pending = partitions.first(where: { $0.state == .pending }) {
            return .finishDetaching(name: pending.name)
        }
        if let step = coverage(partitions) { return step }
        let old = partitions.first { partition in
            guard partition.name != lastName else { return false }
            // A loose table tells its first day only, and was detached because all of it was old.
            let end = partition.upper ?? partition.lower.map { $0 + 1 }
            return end.map { $0 <= oldestKept } ?? false
        }
        return old.map { .drop(name: $0.name, isAttached: $0.state == .attached) }
    }

    private func coverage(_ partitions: [Partition]) -> Step? {
        let attached = partitions.filter { $0.state == .attached }
        let last = attached.first { $0.name == lastName }
        let days = attached.filter { $0.name != lastName }
        let end = today + daysAhead + 1
        let missing = missingDays(days, before: max(end, last?.lower ?? end))
        guard let last, let lower = last.lower else {
            let isLoose = partitions.contains { $0.name == lastName && $0.state == .loose }
            return .close(days: missing, isLastLoose: isLoose)
        }
        if missing.isEmpty { return nil }
        let early = missing.filter { $0 < lower }
        if !early.isEmpty { return .create(days: early) }
        return lower <= today + 1 ? .endLast(from: lower, before: end) : .detachLast
    }

    private func missingDays(_ days: [Partition], before end: UTCDay) -> [UTCDay] {
        (-1..<(end.number - today.number)).map { today + $0 }.filter { day in
            !days.contains { partition in
                guard let lower = partition.lower, let upper = partition.upper else { return false }
                return lower <= day && day < upper
            }
        }
    }
}
