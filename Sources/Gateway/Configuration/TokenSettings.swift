import FoundationEssentials
import Tokens

/// What tokens are verified with, as the settings have it: keys at hand, and where others are.
struct TokenSettings: Sendable {
    /// Where keys are read that may change while the node runs, in the order of the settings.
    let sources: [KeySource]

    /// How often a set is fetched from a URL.
    let refreshInterval: Duration

    /// How soon after a fetch another may follow because a token named an unknown key.
    let refetchInterval: Duration

    /// The secret, or no key.
    let keys: VerificationKeys

    let rules: TokenRules
    let opaqueKeys: OpaqueKeys

    /// Checks the settings about tokens; nothing is read from files or fetched.
    ///
    /// - Parameters:
    ///   - values: Every setting.
    ///   - problems: Where sentences are added for what is wrong.
    init(_ values: ConfigurationValues, problems: inout [String]) {
        sources = KeySource.all(values)
        refreshInterval = .seconds(values.number(.tokenJWKSRefreshSeconds))
        refetchInterval = .seconds(values.number(.tokenJWKSRefetchSeconds))
        keys = Self.keys(values, hasSources: !sources.isEmpty, problems: &problems)
        rules = Self.rules(values)
        do {
            opaqueKeys = try OpaqueKeys(parsing: values.text(.tokenOpaqueKeys))
        } catch {
            opaqueKeys = OpaqueKeys()
            problems.append("token.opaque_keys: \(error)")
        }
        let allowed = values.list(.tokenAllowedRoles)
        for role in opaqueKeys.roleNames where !allowed.contains(role) {
            problems.append("token.opaque_keys: \(role) is not one of token.allowed_roles")
        }
        let url = values.text(.tokenJWKSURL).lowercased()
        if !url.isEmpty, !["http://", "https://"].contains(where: url.hasPrefix) {
            problems.append("token.jwks_url: must begin with http:// or https://")
        }
    }

    /// What is wrong with the files that keys are in.
    var fileProblems: [String] {
        sources.compactMap { source in
            guard !source.isFile else { return Self.problem(of: source) }
            guard let path = source.authorities,
                !FileManager.default.isReadableFile(atPath: path)
            else { return nil }
            return "token.jwks_ca_file: cannot read the file \(path)"
        }
    }

    private static func problem(of source: KeySource) -> String? {
        do throws(KeyFailure) {
            _ = try source.keys(in: source.read())
            return nil
        } catch {
            return "\(source.key.rawValue): \(error.sentence)"
        }
    }

    /// What there is to verify with, for people: counts and names, nothing of the keys themselves.
    var summary: [String] {
        var lines: [String] = []
        if keys.count > 0 { lines.append("token.secret: 1 key") }
        for source in sources {
            guard source.isFile, let set = try? source.keys(in: source.read()) else {
                lines.append("\(source.key.rawValue): not looked at before it runs")
                continue
            }
            let skipped = set.skippedCount == 0 ? "" : "; \(set.skippedCount) cannot be used"
            let names = set.summaries.joined(separator: ", ")
            lines.append("\(source.key.rawValue): \(set.count) of \(names)\(skipped)")
        }
        let roles = opaqueKeys.roleNames
        if !roles.isEmpty {
            lines.append("token.opaque_keys: \(roles.count) of \(roles.joined(separator: ", "))")
        }
        return lines
    }

    /// Puts a verifier together of the secret and of what the sources had.
    func verifier(with sets: [KeySource: KeySet]) -> TokenVerifier {
        var keys = keys
        for source in sources {
            if let set = sets[source] { keys.add(set) }
        }
        return TokenVerifier(keys: keys, rules: rules, opaqueKeys: opaqueKeys)
    }

    private static func keys(
        _ values: ConfigurationValues,
        hasSources: Bool,
        problems: inout [String]
    ) -> VerificationKeys {
        var keys = VerificationKeys()
        let secret = values.text(.tokenSecret)
        guard !secret.isEmpty else {
            if !hasSources {
                problems.append(
                    "token.secret: is required, unless token.public_key_file, token.jwks_file or "
                        + "token.jwks_url is set; set it in the file or as "
                        + ConfigurationKey.tokenSecret.environmentName
                )
            }
            return keys
        }
        do {
            try keys.add(secret: secret)
        } catch {
            problems.append("token.secret: must have at least 32 bytes")
        }
        return keys
    }

    private static func rules(_ values: ConfigurationValues) -> TokenRules {
        var rules = TokenRules()
        rules.leewaySeconds = Int64(values.number(.tokenLeewaySeconds))
        rules.requiredClaims = values.list(.tokenRequiredClaims)
        let audience = values.text(.tokenAudience)
        let issuer = values.text(.tokenIssuer)
        rules.audience = audience.isEmpty ? nil : audience
        rules.issuer = issuer.isEmpty ? nil : issuer
        return rules
    }
}
