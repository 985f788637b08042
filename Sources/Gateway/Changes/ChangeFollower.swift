import Changes
import Hub
import Locking
import Observation
import Synchronization
import Topics
import Wire

/// Brings the database's changes to the channels that want them, on a thread of its own.
///
/// The reader hands it changes of tables that somebody wants, and waits while it has too many;
/// loops tell it who wants what. While nobody wants anything it holds no connection, and the
/// reader looks at one number for each slice.
final class ChangeFollower: Sendable {
    let settings: ChangeSettings
    let observe: Observe
    let loops: [Mailbox<Letter>]
    let orders: Mailbox<ChangeOrder>
    let rows: Mailbox<[ChangedRow]>
    let pipe: WakePipe
    let isCaughtUp: @Sendable () -> Bool
    private let wanted = Locked<Set<TableName>>([])
    private let isWanted = Atomic(false)
    private let stopping = Atomic(false)
    private let thread = Locked<WorkThread?>(nil)

    /// Makes a follower that does nothing yet.
    ///
    /// - Parameters:
    ///   - settings: Where the database is, and the limits.
    ///   - loops: The mailboxes of the loops, by their numbers.
    ///   - isCaughtUp: Whether what is committed reaches ``deliver(_:byteCount:)`` now.
    ///   - observe: Told what happens.
    /// - Throws: When the process has no descriptors left to wake the thread with.
    init(
        _ settings: ChangeSettings,
        loops: [Mailbox<Letter>],
        isCaughtUp: @escaping @Sendable () -> Bool,
        observe: @escaping Observe
    ) throws(WakePipe.OutOfDescriptors) {
        self.settings = settings
        self.loops = loops
        self.isCaughtUp = isCaughtUp
        self.observe = observe
        let pipe = try WakePipe()
        self.pipe = pipe
        // As many orders as channels, whose number is limited.
        orders = Mailbox(byteCountMax: .max) { pipe.wake() }
        rows = Mailbox(byteCountMax: settings.queueByteCountMax) { pipe.wake() }
    }

    /// Starts the thread; call it once.
    func start() {
        let started = WorkThread(name: "changes") { [self] in ChangeRun(self).run() }
        thread.withLock { thread in
            precondition(thread == nil, "a follower starts once")
            thread = started
        }
    }

    /// Lets the reader go if it waits here; what it brings from now on is dropped.
    func close() {
        stopping.store(true, ordering: .releasing)
        rows.close()
        orders.close()
        pipe.wake()
    }

    /// Ends the thread and waits for it, as long as the database takes to answer what was asked.
    func stop() {
        close()
        let running = thread.withLock { $0 }
        running?.join()
    }

    /// Whether ``close()`` was called.
    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// The tables whose changes somebody wants; nil while nobody wants any.
    var wantedTables: Set<TableName>? {
        guard isWanted.load(ordering: .acquiring) else { return nil }
        return wanted.withLock { $0 }
    }

    /// Says which tables' changes are to be handed over from now on.
    func want(_ tables: Set<TableName>) {
        wanted.withLock { $0 = tables }
        isWanted.store(!tables.isEmpty, ordering: .releasing)
    }

    /// Takes changes in order, on the reader's thread, and blocks while there is no room.
    func deliver(_ changes: [ChangedRow], byteCount: Int) {
        _ = rows.postWaiting(changes, byteCount: byteCount)
    }

    /// A channel wants to hear of changes; never waits.
    func follow(_ wish: ChangesWish, loop: Int) {
        let byteCount = wish.bindings.reduce(ChangeOrder.smallByteCount) { $0 + $1.bytes.count }
        orders.postAnyway(.follow(loop: loop, wish), byteCount: byteCount)
    }

    /// A channel wants none any more; never waits.
    func unfollow(_ address: ChangeMember.Address) {
        orders.postAnyway(.unfollow(address), byteCount: ChangeOrder.smallByteCount)
    }

    /// The database has become another one: what was known of it is not true any more.
    func forgetDatabase() {
        orders.postAnyway(.anotherDatabase, byteCount: ChangeOrder.smallByteCount)
    }
}
