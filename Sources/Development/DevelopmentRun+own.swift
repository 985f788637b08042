public import Gateway

extension DevelopmentRun {
    /// The settings that are development's own and that nobody sets by hand.
    ///
    /// Its secret is known to everybody, so it must never serve another database; and a real secret
    /// must never sign the tokens that its page hands out.
    public static let ownKeys: [ConfigurationKey] = [
        .databaseDSN, .databaseListenDSN, .tokenSecret,
    ]

    /// Refuses what a flag or the file set over development's own.
    static func checkOwn(
        _ values: ConfigurationValues,
        _ settings: [ConfigurationKey: String]
    ) throws(ConfigurationProblems) {
        let changed = ownKeys.filter { values.text($0) != settings[$0, default: ""] }
        guard changed.isEmpty else {
            throw ConfigurationProblems(
                problems: changed.map { "\($0.rawValue): is `waypost dev`'s own; do not set it" }
            )
        }
    }
}
