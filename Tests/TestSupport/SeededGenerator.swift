/// A repeatable source of randomness (SplitMix64), so that a failing test names its seed.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts the sequence of one seed.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits of the sequence.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Lists seeds for a parameterised test.
///
/// - Parameter count: How many sequences to try.
/// - Returns: The numbers from 1; the failing one stands in the test's name.
public func seeds(_ count: Int) -> [UInt64] {
    (0..<count).map { UInt64($0) + 1 }
}
