internal import Topics

/// A verdict's four answers as the database hands them over.
struct AnswerBits: OptionSet, Hashable, Sendable {
    let rawValue: Int

    static let broadcastRead = Self(rawValue: 1)
    static let presenceRead = Self(rawValue: 2)
    static let broadcastWrite = Self(rawValue: 4)
    static let presenceWrite = Self(rawValue: 8)
    static let reading: Self = [.broadcastRead, .presenceRead]
    static let broadcast: Self = [.broadcastRead, .broadcastWrite]
    static let presence: Self = [.presenceRead, .presenceWrite]
}

extension AnswerBits {
    /// The answers about one operation, for both extensions.
    init(operation: Operation) {
        switch operation {
        case .read: self = [.broadcastRead, .presenceRead]
        case .write: self = [.broadcastWrite, .presenceWrite]
        }
    }
}

extension Verdict {
    /// A yes for every bit that is set.
    init(_ bits: AnswerBits) {
        self.init(
            broadcastRead: bits.contains(.broadcastRead),
            presenceRead: bits.contains(.presenceRead),
            broadcastWrite: bits.contains(.broadcastWrite),
            presenceWrite: bits.contains(.presenceWrite)
        )
    }
}
