/// The place where frames of one connection are put together for one write.
@safe final class ScratchBuffer {
    private let start: UnsafeMutablePointer<UInt8>
    private let capacity: Int

    init(capacity: Int) {
        unsafe start = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { unsafe start.deallocate() }

    /// Takes whole frames from a queue until the next one does not fit.
    ///
    /// - Returns: Their bytes, valid until the next call.
    func gather(from queue: inout SendQueue) -> UnsafeMutableBufferPointer<UInt8> {
        var count = 0
        while let frame = queue.next, count + frame.count <= capacity {
            unsafe frame.withUnsafeBufferPointer { bytes in
                guard let source = bytes.baseAddress else { return }
                unsafe (start + count).update(from: source, count: bytes.count)
            }
            count += frame.count
            queue.advance()
        }
        return unsafe UnsafeMutableBufferPointer(start: start, count: count)
    }
}
