import Configuration
import FoundationEssentials
import SystemPackage

/// Brings the settings together: flags before the environment, before the file, before defaults.
public struct ConfigurationLoader: Sendable {
    private let flags: [String: String]
    private let environment: [String: String]
    private let filePath: String?
    private let defaults: [ConfigurationKey: String]

    /// Says where settings come from.
    ///
    /// - Parameters:
    ///   - flags: Keys and values as they were written on the command line.
    ///   - environment: The process's environment; only names with `WAYPOST_` in front count.
    ///   - filePath: A YAML file; nil for none.
    ///   - defaults: Texts and numbers that stand in for the defaults of the keys.
    public init(
        flags: [String: String],
        environment: [String: String],
        filePath: String?,
        defaults: [ConfigurationKey: String] = [:]
    ) {
        self.defaults = defaults
        self.flags = flags
        self.environment = environment
        self.filePath = filePath
    }

    /// Reads and checks all settings.
    ///
    /// - Returns: Every key with its value.
    /// - Throws: ``ConfigurationProblems`` with all that is wrong, not just the first.
    public func load() async throws(ConfigurationProblems) -> ConfigurationValues {
        var problems: [String] = []
        var providers: [any ConfigProvider] = []
        providers.append(flagProvider(&problems))
        providers.append(
            EnvironmentVariablesProvider(environmentVariables: environment)
                .prefixKeys(with: "waypost")
        )
        if let filePath {
            let found = ConfigurationFile.problems(at: filePath)
            problems += found
            if found.isEmpty {
                do {
                    providers.append(
                        try await FileProvider<YAMLSnapshot>(filePath: FilePath(filePath))
                    )
                } catch {
                    // The error itself may quote the file, and with it a secret.
                    problems.append(
                        "the file \(filePath) is not usable: "
                            + "a value must be a text, a number or a list of texts"
                    )
                }
            }
        }
        let profile = Self.profile(in: providers)
        let defaults = InMemoryProvider(name: "defaults", values: defaultValues(profile))
        let reader = ConfigReader(providers: providers + [defaults])
        var values: [ConfigurationKey: ConfigurationValues.Value] = [:]
        for key in ConfigurationKey.allCases {
            do {
                values[key] = try Self.value(of: key, in: reader)
            } catch {
                problems.append("\(key.rawValue): \(error.reason)")
            }
        }
        guard problems.isEmpty else { throw ConfigurationProblems(problems: problems) }
        return ConfigurationValues(values)
    }

    private func flagProvider(_ problems: inout [String]) -> InMemoryProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (name, text) in flags {
            guard let key = ConfigurationKey(rawValue: name) else {
                problems.append("unknown key \(name)" + ConfigurationFile.hint(name))
                continue
            }
            switch key.value {
            case .text, .choice:
                values[key.absolute] = ConfigValue(.string(text), isSecret: key.isSecret)
            case .number:
                guard let number = Int(text) else {
                    problems.append("\(name): must be a whole number")
                    continue
                }
                values[key.absolute] = ConfigValue(.int(number), isSecret: false)
            case .list:
                problems.append("\(name): lists can be set in the file only")
            }
        }
        return InMemoryProvider(name: "flags", values: values)
    }

    /// The profile that is asked for; ours where none is, or one that is not there.
    private static func profile(in providers: [any ConfigProvider]) -> ConfigurationProfile {
        let name = ConfigReader(providers: providers).string(
            forKey: ConfigKey(ConfigurationKey.profile.rawValue)
        )
        return name.flatMap { ConfigurationProfile(rawValue: $0) } ?? .waypost
    }

    private func defaultValues(
        _ profile: ConfigurationProfile
    ) -> [AbsoluteConfigKey: ConfigValue] {
        let defaults = profile.words.merging(profile.defaults.mapValues { "\($0)" }) { $1 }
            .merging(defaults) { $1 }
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for key in ConfigurationKey.allCases {
            let content: ConfigContent =
                switch key.value {
                case .text(let text): .string(defaults[key] ?? text)
                case .number(let number, _): .int(defaults[key].flatMap(Int.init) ?? number)
                case .choice(let word, _): .string(defaults[key] ?? word)
                case .list(let texts): .stringArray(texts)
                }
            values[key.absolute] = ConfigValue(content, isSecret: key.isSecret)
        }
        return values
    }

    private struct Unusable: Error {
        let reason: String
    }

    private static func value(
        of key: ConfigurationKey,
        in reader: ConfigReader
    ) throws(Unusable) -> ConfigurationValues.Value {
        let name = ConfigKey(key.rawValue)
        switch key.value {
        case .text:
            guard let text = try? reader.requiredString(forKey: name, isSecret: key.isSecret) else {
                throw Unusable(reason: "must be text")
            }
            return .text(text)
        case .number(_, let range):
            guard let number = try? reader.requiredInt(forKey: name) else {
                throw Unusable(reason: "must be a whole number")
            }
            guard range.contains(number) else {
                let bounds = "\(range.lowerBound) to \(range.upperBound)"
                throw Unusable(reason: "must be from \(bounds)")
            }
            return .number(number)
        case .choice(_, let words):
            guard let word = try? reader.requiredString(forKey: name), words.contains(word) else {
                throw Unusable(reason: "must be one of \(words.joined(separator: ", "))")
            }
            return .text(word)
        case .list:
            guard let texts = try? reader.requiredStringArray(forKey: name) else {
                throw Unusable(reason: "must be a list of texts")
            }
            return .list(texts)
        }
    }
}

extension ConfigurationKey {
    fileprivate var absolute: AbsoluteConfigKey { AbsoluteConfigKey(ConfigKey(rawValue)) }
}
