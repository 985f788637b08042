/// Every setting with its value, checked one by one.
public struct ConfigurationValues: Sendable {
    enum Value: Sendable {
        case text(String)
        case number(Int)
        case list([String])
    }

    private let values: [ConfigurationKey: Value]

    init(_ values: [ConfigurationKey: Value]) { self.values = values }

    /// A setting of text.
    public func text(_ key: ConfigurationKey) -> String {
        guard case .text(let text) = values[key] else {
            preconditionFailure("\(key.rawValue) holds no text")
        }
        return text
    }

    /// A setting of a whole number.
    public func number(_ key: ConfigurationKey) -> Int {
        guard case .number(let number) = values[key] else {
            preconditionFailure("\(key.rawValue) holds no number")
        }
        return number
    }

    /// A setting of several texts.
    public func list(_ key: ConfigurationKey) -> [String] {
        guard case .list(let texts) = values[key] else {
            preconditionFailure("\(key.rawValue) holds no list")
        }
        return texts
    }

    /// All settings as `key: value` lines of YAML with dotted keys, secrets redacted.
    public var printed: String {
        ConfigurationKey.allCases.map { key in
            "\(key.rawValue): \(printed(key))"
        }.joined(separator: "\n")
    }

    private func printed(_ key: ConfigurationKey) -> String {
        switch values[key] {
        case .text(let text):
            if key.isSecret { return text.isEmpty ? "(not set)" : "(redacted)" }
            return text.isEmpty ? "(not set)" : text
        case .number(let number): return "\(number)"
        case .list(let texts): return "[\(texts.joined(separator: ", "))]"
        case nil: return "(not set)"
        }
    }
}
