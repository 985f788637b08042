internal import Foundation
internal import WebSocketClient

/// Waits on a thread that has nothing else to do.
enum Pause {
    /// Waits until a moment, at least.
    ///
    /// - Parameter moment: Nanoseconds of the monotonic clock.
    static func until(_ moment: UInt64) {
        let now = MonotonicTime.nanoseconds
        guard moment > now else { return }
        Thread.sleep(forTimeInterval: Double(moment - now) / 1e9)
    }

    /// Waits until a moment, and asks ten times a second whether that still makes sense.
    ///
    /// - Parameters:
    ///   - moment: Nanoseconds of the monotonic clock.
    ///   - isPointless: Whether to wait no longer.
    /// - Returns: False when it waits no longer.
    static func until(_ moment: UInt64, unless isPointless: () -> Bool) -> Bool {
        while MonotonicTime.nanoseconds < moment {
            guard !isPointless() else { return false }
            until(min(moment, MonotonicTime.nanoseconds + 100_000_000))
        }
        return true
    }
}
