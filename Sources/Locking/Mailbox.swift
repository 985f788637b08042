/// Letters for one thread: any thread may post, only the owner takes.
///
/// The box is bounded in bytes, because letters differ in size by a factor of a thousand. The owner
/// is woken once for all the letters it finds, so a burst costs one wake-up.
public final class Mailbox<Letter: Sendable>: Sendable {
    private struct Box {
        var letters: [Letter] = []
        var byteCount = 0
        var waitingCount = 0
        var isAwake = false
        var isClosed = false
    }

    private let box = Monitor(Box())
    private let byteCountMax: Int
    private let wake: @Sendable () -> Void

    /// Makes an empty box.
    ///
    /// - Parameters:
    ///   - byteCountMax: Bytes that may wait in the box, at least 1.
    ///   - wake: Called outside the lock, on a posting thread, when the first letter arrives since
    ///     the last ``takeAll()``. It must not block.
    public init(byteCountMax: Int, wake: @escaping @Sendable () -> Void) {
        precondition(byteCountMax > 0, "a mailbox needs room for a byte")
        self.byteCountMax = byteCountMax
        self.wake = wake
    }

    /// Bytes that wait to be taken.
    public var byteCount: Int { box.withLock { $0.byteCount } }

    /// Posts a letter if there is room.
    ///
    /// A letter bigger than the whole box is taken while the box is empty; it would never get in
    /// otherwise.
    ///
    /// - Parameters:
    ///   - letter: What the owner will find.
    ///   - byteCount: Its size in bytes, 0 or more.
    /// - Returns: False when the box is full or closed; the letter is not kept then.
    public func post(_ letter: Letter, byteCount: Int) -> Bool {
        let (isKept, mustWake) = box.withLock { box in
            guard !box.isClosed, hasRoom(in: box, byteCount) else { return (false, false) }
            return (true, put(letter, byteCount, into: &box))
        }
        if mustWake { wake() }
        return isKept
    }

    /// Posts a letter, blocking the calling thread until there is room.
    ///
    /// - Parameters:
    ///   - letter: What the owner will find.
    ///   - byteCount: Its size in bytes, 0 or more.
    /// - Returns: False once the box is closed; the letter is not kept then.
    public func postWaiting(_ letter: Letter, byteCount: Int) -> Bool {
        box.withLock { $0.waitingCount += 1 }
        let (isKept, mustWake) = box.withLock(waitingUntil: { box in
            box.isClosed || hasRoom(in: box, byteCount)
        }) { box in
            box.waitingCount -= 1
            guard !box.isClosed else { return (false, false) }
            return (true, put(letter, byteCount, into: &box))
        }
        if mustWake { wake() }
        return isKept
    }

    /// Posts a letter whether there is room or not, without blocking.
    ///
    /// For letters whose number is bounded elsewhere, such as the answers to a bounded number of
    /// questions, from threads that must not wait: the owner's own among them.
    ///
    /// - Parameters:
    ///   - letter: What the owner will find.
    ///   - byteCount: Its size in bytes, 0 or more.
    /// - Returns: False when the box is closed; the letter is not kept then.
    @discardableResult
    public func postAnyway(_ letter: Letter, byteCount: Int) -> Bool {
        let (isKept, mustWake) = box.withLock { box in
            guard !box.isClosed else { return (false, false) }
            return (true, put(letter, byteCount, into: &box))
        }
        if mustWake { wake() }
        return isKept
    }

    /// Takes every letter posted since the last call, in the order of posting.
    public func takeAll() -> [Letter] {
        let (letters, hasWaiting) = box.withLock { box in
            let letters = box.letters
            box.letters = []
            box.byteCount = 0
            box.isAwake = false
            return (letters, box.waitingCount > 0)
        }
        if hasWaiting { box.wakeAll() }
        return letters
    }

    /// Refuses letters from now on and lets threads go that wait for room.
    ///
    /// Letters already posted can still be taken.
    public func close() {
        box.withLock { $0.isClosed = true }
        box.wakeAll()
    }

    private func hasRoom(in box: borrowing Box, _ byteCount: Int) -> Bool {
        box.letters.isEmpty || box.byteCount + byteCount <= byteCountMax
    }

    /// Puts the letter in and says whether the owner has to be woken.
    private func put(_ letter: Letter, _ byteCount: Int, into box: inout Box) -> Bool {
        box.letters.append(letter)
        box.byteCount += byteCount
        defer { box.isAwake = true }
        return !box.isAwake
    }
}
