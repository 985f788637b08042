import Observation
import Tokens

/// What a place of keys had when it was last read well.
struct KeyReading: Sendable {
    /// What came of reading it again.
    enum Outcome: Equatable {
        case changed
        case unchanged
        case failed
    }

    /// The keys in use; nil before the first.
    private(set) var set: KeySet?

    private var bytes: [UInt8]?
    private var failure: KeyFailure?

    /// Takes what was read; a failure leaves the keys as they are.
    ///
    /// - Returns: What came of it, and what is worth telling: of a file, what has not been told
    ///   before; of a fetch, each time.
    mutating func take(
        _ found: Result<[UInt8], KeyFailure>,
        of source: KeySource
    ) -> (outcome: Outcome, observation: KeyObservation?) {
        do throws(KeyFailure) {
            let found = try found.get()
            guard found != bytes else {
                failure = nil
                return (.unchanged, source.isFile ? nil : .unchanged(source.observed))
            }
            let keys = try source.keys(in: found)
            set = keys
            bytes = found
            failure = nil
            let loaded = KeyObservation.loaded(
                source.observed,
                keyCount: keys.count,
                skippedCount: keys.skippedCount
            )
            return (.changed, loaded)
        } catch {
            let isNew = !source.isFile || failure != error
            failure = error
            return (.failed, isNew ? .failed(source.observed, reason: error.reason) : nil)
        }
    }
}
