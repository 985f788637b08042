/// The command line as a report may show it.
enum CommandText {
    /// Leaves secrets out.
    ///
    /// - Parameter arguments: The program and its arguments.
    /// - Returns: As it would be typed, with `…` in place of what nobody shall read.
    static func withoutSecrets(_ arguments: [String]) -> String {
        var words: [String] = []
        var isNextSecret = false
        for (index, argument) in arguments.enumerated() {
            if index == 0 {
                words.append(argument.split(separator: "/").last.map(String.init) ?? argument)
            } else if isNextSecret {
                words.append("…")
                isNextSecret = false
            } else if let option = secretOptions.first(where: { argument.hasPrefix($0 + "=") }) {
                words.append(option + "=…")
            } else {
                words.append(quoted(argument))
                isNextSecret = secretOptions.contains(argument)
            }
        }
        return words.joined(separator: " ")
    }

    private static let secretOptions = ["--token-secret", "--api-key", "--dsn", "--gateway"]

    private static func quoted(_ word: String) -> String {
        let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_=.,:/@%+…".contains($0) }
        guard !plain || word.isEmpty else { return word }
        return "'"
            + word.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
