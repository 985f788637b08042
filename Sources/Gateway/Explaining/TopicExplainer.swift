import Authorization
import FoundationEssentials
import Hub
import Postgres
public import Tokens
public import Topics
import Wire

/// Explains topics as the gateway with the same settings would decide about them.
public struct TopicExplainer: Sendable {
    /// What explaining a topic came to.
    public struct Answer: Sendable {
        /// Whether the topic may be joined.
        public let mayJoin: Bool
        /// The answer and the reasons, a line each, for a terminal.
        public let lines: [String]
        /// The same for programs, in one line.
        public let json: String
    }

    /// Why there is no explanation.
    public enum Failure: Error, Hashable, Sendable {
        /// The database cannot be reached, or refused.
        case database(sqlState: String?)
        /// The database has no table `realtime.messages`.
        case notMigrated
    }

    private let configuration: AuthorizationConfiguration
    private let contract: TopicContract
    private let streams: StreamRules

    /// Prepares to explain; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - values: The settings; those of the database and of roles count.
    ///   - contract: The topic files. Default none.
    public init(_ values: ConfigurationValues, contract: TopicContract = .none) {
        configuration = AuthorizationConfiguration(values)
        self.contract = contract
        streams = StreamRules(
            names: values.list(.broadcastsStreamNames),
            refusesGrowingTexts: false
        )
    }

    /// Explains on a connection that is made for it; blocks.
    ///
    /// - Parameters:
    ///   - topic: The topic.
    ///   - caller: Who asks.
    ///   - name: A broadcast's name, to be told whether it would be accepted. Default none.
    /// - Returns: The answer.
    /// - Throws: ``Failure``.
    public func explain(
        _ topic: TopicName,
        to caller: Caller,
        broadcasting name: String? = nil
    ) throws(Failure) -> Answer {
        let explanation = try explanation(Question(caller: caller, topic: topic))
        var lines = ExplanationText(explanation).lines
        guard case .object(var members) = ExplanationJSON.value(explanation) else {
            preconditionFailure("an explanation is an object")
        }
        if let name {
            let check = BroadcastExplanation(name, explanation, streams: streams)
            lines += check.lines
            members.append(JSON.Member(key: "broadcast", value: check.json))
        }
        return Answer(
            mayJoin: explanation.verdict.mayJoin,
            lines: lines,
            json: JSON.object(members).text.text
        )
    }

    func explanation(_ question: Question) throws(Failure) -> Explanation {
        let found: Explanation?
        do throws(PostgresError) {
            found = try Explainer(configuration).explain(question, by: contract)
        } catch {
            throw .database(sqlState: error.sqlState)
        }
        guard let found else { throw .notMigrated }
        return found
    }
}

extension Caller {
    /// Somebody with a verified token that says no more than who he is and which role he has.
    ///
    /// - Parameters:
    ///   - person: The claim `sub`.
    ///   - role: The claim `role`.
    public init(person: String, role: String) {
        let claims = JSON.object([
            JSON.Member(key: "sub", value: .string(person)),
            JSON.Member(key: "role", value: .string(role)),
        ])
        self.init(role: role, claims: claims.text.text)
    }
}

/// Verifies a token once, with the keys that a node with the same settings would have.
public struct TokenCheck: Sendable {
    private let settings: TokenSettings

    /// Checks the settings about tokens.
    ///
    /// - Parameter values: The settings.
    /// - Throws: ``ConfigurationProblems`` with all that is wrong with them.
    public init(_ values: ConfigurationValues) throws(ConfigurationProblems) {
        var problems: [String] = []
        settings = TokenSettings(values, problems: &problems)
        guard problems.isEmpty else { throw ConfigurationProblems(problems: problems) }
    }

    /// Reads or fetches every key there is, and verifies; blocks.
    ///
    /// - Parameter token: The token's text.
    /// - Returns: The claims, and sentences about keys that could not be had.
    /// - Throws: ``TokenRefusal``.
    public func claims(
        of token: String
    ) throws(TokenRefusal) -> (claims: Claims, problems: [String]) {
        var sets: [KeySource: KeySet] = [:]
        var problems: [String] = []
        for source in settings.sources {
            do throws(KeyFailure) {
                sets[source] = try source.keys(in: source.read())
            } catch {
                problems.append("\(source.key.rawValue): \(error.sentence)")
            }
        }
        let now = Int64(Date.now.timeIntervalSince1970)
        let verifier = settings.verifier(with: sets)
        return (try verifier.verify(apiKey: token, now: now), problems)
    }
}
