/// Hands out references for entries, each once: 16 characters that name a process and a number.
struct PresenceReferences {
    private let seed: UInt64
    private var count: UInt64 = 0

    /// Starts a sequence.
    ///
    /// - Parameter seed: A random number, so that a library that still shows the entries of an
    ///   earlier process takes none of the new ones for those. Its lower 48 bits count.
    init(seed: UInt64) {
        self.seed = seed & Self.half
    }

    /// The next number and its text; numbers rise.
    mutating func next() -> (number: UInt64, text: String) {
        count += 1
        precondition(count <= Self.half, "2^48 references were handed out")
        return (count, Self.text(seed) + Self.text(count))
    }

    private static let half: UInt64 = 0xFFFF_FFFF_FFFF

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )

    /// 48 bits as 8 characters of the alphabet that is safe in a URL.
    private static func text(_ bits: UInt64) -> String {
        let characters = (0..<8).map { place in
            alphabet[Int(bits >> UInt64(42 - 6 * place)) & 63]
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
