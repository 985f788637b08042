import Locking
import Outbox

/// Keeps what a reader hands over.
final class RecordingSink: OutboxSink {
    struct Record {
        var messages: [OutboxMessage] = []
        var slices: [WindowSlice] = []
        var awayCount = 0
        var backCount = 0
        var resyncCount = 0
    }

    private let record = Locked(Record())
    private let keepsSlices: Bool

    init(keepsSlices: Bool = false) {
        self.keepsSlices = keepsSlices
    }

    var now: Record { record.withLock { $0 } }
    var count: Int { record.withLock { $0.messages.count } }

    func deliver(_ slice: WindowSlice) {
        record.withLock { [keepsSlices] record in
            record.messages += slice.messages
            if keepsSlices { record.slices.append(slice) }
        }
    }

    func databaseAway() { record.withLock { $0.awayCount += 1 } }

    func databaseBack() { record.withLock { $0.backCount += 1 } }

    func resync() { record.withLock { $0.resyncCount += 1 } }
}
