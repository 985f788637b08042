import Postgres
import PublishedTables
import TopicSchema
import Topics

/// Whether the database is as topic files want it.
struct TopicFit: Sendable {
    /// What the database said.
    enum Finding: Sendable, Equatable {
        /// It cannot be asked now.
        case away
        /// It fits; there may be warnings.
        case fits([TopicProblem])
        /// It does not; all that is wrong.
        case unfit([TopicProblem])
    }

    private let dsn: String
    private let neverSent: NeverSent

    init(_ configuration: GatewayConfiguration) {
        dsn = configuration.values.text(.databaseDSN)
        neverSent = configuration.neverSent
    }

    /// How long one question may take.
    private static let deadline: Duration = .seconds(10)

    /// Asks the database on a connection made for it.
    func find(_ contract: TopicContract) -> Finding {
        guard !contract.families.isEmpty else { return .fits([]) }
        do {
            let connection = try PostgresConnection(
                ConnectionString(dsn, applicationName: "waypost topics")
            )
            connection.statementDeadline = Self.deadline
            return find(contract, on: connection)
        } catch {
            return .away
        }
    }

    private func find(_ contract: TopicContract, on connection: PostgresConnection) -> Finding {
        let schema = ContractSchema(contract, options: ContractSchemaOptions(neverSent: neverSent))
        do {
            let review = try schema.check(on: connection)
            return review.hasErrors ? .unfit(review.problems) : .fits(review.problems)
        } catch {
            switch error {
            case .disagreements(let problems): return .unfit(problems)
            case .schemaMissing: return .unfit([TopicProblem(nil, error.description)])
            case .busy, .refused, .unsettled, .connection: return .away
            }
        }
    }
}
