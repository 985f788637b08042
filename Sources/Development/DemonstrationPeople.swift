public import Postgres
import Tokens

/// The people and trips that the page offers, read from the demonstration database.
public struct DemonstrationPeople: Sendable {
    /// One person with a token to be them.
    public struct Person: Sendable, Equatable {
        /// The first name.
        public let name: String

        /// The person's id, a UUID.
        public let id: String

        /// A token for 30 days.
        public let token: String
    }

    /// One trip.
    public struct Trip: Sendable, Equatable {
        /// Its key.
        public let id: String

        /// Its name.
        public let name: String
    }

    /// Everybody, by name.
    public let people: [Person]

    /// Every trip, by key.
    public let trips: [Trip]

    /// How long the tokens last, in seconds.
    static let tokenSeconds: Int64 = 30 * 86_400

    /// Reads people and trips and mints a token for each person.
    ///
    /// - Parameters:
    ///   - connection: A superuser's, to the demonstration database.
    ///   - secret: What tokens are signed with.
    ///   - now: Seconds since 1970.
    /// - Throws: ``DevelopmentFailure`` when the database does not answer.
    public init(
        _ connection: PostgresConnection,
        secret: String,
        now: Int64
    ) throws(DevelopmentFailure) {
        do {
            let minter = try TokenMinter(secret: secret)
            let rows = try connection.query(
                """
                SELECT id, coalesce(raw_user_meta_data ->> 'name', email) FROM auth.users
                ORDER BY 2 LIMIT 100
                """
            )
            people = try (0..<rows.count).map { row in
                let id = rows[row, 0] ?? ""
                let token = try minter.mint(
                    role: "authenticated",
                    sub: id,
                    expiresAt: now + Self.tokenSeconds,
                    issuedAt: now
                )
                return Person(name: rows[row, 1] ?? id, id: id, token: token)
            }
            let found = try connection.query(
                "SELECT id, name FROM public.trips ORDER BY id LIMIT 100"
            )
            trips = (0..<found.count).map { row in
                Trip(id: found[row, 0] ?? "", name: found[row, 1] ?? "")
            }
        } catch let error as PostgresError {
            throw .databaseFailed(step: "read the people", reason: error.advice)
        } catch {
            throw .databaseFailed(step: "mint tokens", reason: "\(error)")
        }
    }
}
