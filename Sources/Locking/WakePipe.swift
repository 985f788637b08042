import Glibc

/// A pipe that wakes a thread blocked in `poll`.
public final class WakePipe: Sendable {
    /// The process could not get two more descriptors.
    public struct OutOfDescriptors: Error, Equatable {
        /// The C error number, `EMFILE` or `ENFILE`.
        public let errorNumber: Int32
    }

    /// Becomes readable when somebody called ``wake()``; belongs to this object.
    public let descriptor: Int32
    private let writingEnd: Int32

    /// Opens the pipe; both ends close with this object.
    ///
    /// - Throws: ``OutOfDescriptors`` when the process is at its limit.
    public init() throws(OutOfDescriptors) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw OutOfDescriptors(errorNumber: errno) }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        descriptor = ends[0]
        writingEnd = ends[1]
    }

    deinit {
        close(descriptor)
        close(writingEnd)
    }

    /// Makes ``descriptor`` readable; any thread may call it, and it never blocks.
    public func wake() {
        var byte: UInt8 = 1
        // A full pipe is as good as a written one: the reader has not cleared it yet.
        while unsafe write(writingEnd, &byte, 1) < 0, errno == EINTR {}
    }

    /// Forgets every wake-up so far; call it before looking for work, not after.
    public func clear() {
        var bytes: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        while true {
            let count = unsafe read(descriptor, &bytes, 32)
            if count > 0 || (count < 0 && errno == EINTR) { continue }
            return
        }
    }
}
