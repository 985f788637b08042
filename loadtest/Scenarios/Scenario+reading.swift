extension Scenario {
    /// Bytes that a scenario file may have: 262,144.
    public static let byteCountMax = 1 << 18

    /// Sessions of all populations together at most: 1,000,000.
    public static let sessionCountMax = 1_000_000

    /// Bytes that the payload of a broadcast may have: the mark with its quotes needs the least.
    public static let broadcastByteCounts = 100...1_000_000

    /// Reads a scenario file, with everything that is wrong told at once.
    ///
    /// The same text and settings make the same scenario in every process.
    ///
    /// - Parameters:
    ///   - text: What stands in the file.
    ///   - name: The file's name without `.yaml`; places of problems begin with `NAME.yaml`.
    ///   - settings: Values of parameters by name; what is not there has its default.
    ///   - mostSessions: What a parameter that is set to `most` stands for: as many sessions as the
    ///     machine can hold. Default 10,000.
    /// - Returns: The scenario.
    /// - Throws: ``ScenarioFailure`` with all that is wrong.
    public static func read(
        text: String,
        name: String,
        settings: [String: String] = [:],
        mostSessions: Int = 10_000
    ) throws(ScenarioFailure) -> Scenario {
        var reader = ScenarioReader(name: name, settings: settings, mostSessions: mostSessions)
        let scenario = reader.read(text)
        guard let scenario, reader.problems.isEmpty else {
            throw ScenarioFailure(reader.problems.sorted { $0.line < $1.line })
        }
        return scenario
    }
}
