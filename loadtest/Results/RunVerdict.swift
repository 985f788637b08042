/// Whether a run held.
public struct RunVerdict: Codable, Hashable, Sendable {
    /// In one word.
    public var outcome: Outcome
    /// In one sentence.
    public var headline: String
    /// Why it did not hold, a sentence each; empty when it held.
    public var reasons: [String]
    /// The limits, each with what was measured.
    public var findings: [Finding]

    /// How a run can end.
    public enum Outcome: String, Codable, Hashable, Sendable {
        /// No breach, and every limit held.
        case held
        /// A limit did not hold, or there was nothing to measure.
        case notHeld = "not_held"
        /// The server did what it must not do.
        case breached
        /// The generator was the bottleneck: its figures say nothing about the server.
        case invalid
        /// Stopped before its end.
        case interrupted
    }

    /// A limit and what was measured.
    public struct Finding: Codable, Hashable, Sendable {
        /// As it was written.
        public var objective: String
        /// With its unit.
        public var measured: String
        /// Whether it held.
        public var isHeld: Bool
        /// Whether it says something about time.
        public var isAboutTime: Bool
    }

    /// What the process ends with: 0 where it held, 130 where it was stopped, otherwise 1.
    ///
    /// An invalid run fails only where a limit is about time: a generator that was too slow can
    /// hide how fast a server is, but no error and no breach.
    public var exitCode: Int32 {
        switch outcome {
        case .held: 0
        case .notHeld, .breached: 1
        case .invalid: findings.contains { $0.isAboutTime || !$0.isHeld } ? 1 : 0
        case .interrupted: 130
        }
    }
}
