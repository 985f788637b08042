/// Names a request with a body while its answer is awaited; a loop never uses one twice.
public struct RequestNumber: Hashable, Sendable {
    /// The loop's count of such requests.
    public let rawValue: UInt64

    /// Takes the loop's count.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}
