import ArgumentParser
import Authorization
import Postgres
import Topics

/// What the benchmark of verdicts asks about; every answer is a yes to everything.
enum AskedTopics: String, CaseIterable, ExpressibleByArgument {
    /// A traveller's trips.
    case trip
    /// A traveller's own topic.
    case user
    /// The sessions about a traveller's trips.
    case session
    /// Half trips, a quarter each of the others.
    case mixed

    static let names = allCases.map(\.rawValue).joined(separator: ", ")

    /// Makes questions, all different, of a thousand travellers in turn.
    func questions(_ count: Int) throws -> [Question] {
        try (0..<count).map { number in
            let trip = 1 + number % BenchmarkDatabase.travellerTripCount
            let person = BenchmarkDatabase.traveller(ofTrip: trip)
            // The number in the claims makes each one a caller of its own.
            let claims = """
                {"sub":"\(person)","role":"authenticated","exp":2000000000,"number":\(number)}
                """
            let caller = Caller(role: "authenticated", claims: claims)
            return Question(caller: caller, topic: try topic(number, trip: trip, person: person))
        }
    }

    private func topic(_ number: Int, trip: Int, person: String) throws -> TopicName {
        switch self {
        case .trip: try TopicName("trip:\(1_000 + trip)")
        case .user: try TopicName("user:\(person)")
        case .session: try TopicName("session:\(BenchmarkDatabase.uuid("5e000000", trip))")
        case .mixed:
            try [Self.trip, .session, .trip, .user][number % 4]
                .topic(number, trip: trip, person: person)
        }
    }
}

extension BenchmarkDatabase {
    /// Trips of travellers.
    static let travellerTripCount = 5_000

    /// Whose a trip is, from 1.
    static func traveller(ofTrip trip: Int) -> String { uuid("7a000000", 1 + trip % 1_000) }

    /// A UUID with a number in it.
    static func uuid(_ start: String, _ number: Int) -> String {
        let digits = "\(number)"
        let zeros = String(repeating: "0", count: 12 - digits.count)
        return "\(start)-0000-4000-8000-\(zeros)\(digits)"
    }

    /// Adds a thousand people with five trips each, and a session about each trip.
    func addTravellers() throws(PostgresError) {
        let uuid = { (start: String, number: String) in
            "('\(start)-0000-4000-8000-' || lpad((\(number))::text, 12, '0'))::uuid"
        }
        try connect().execute(
            """
            SET session_replication_role = replica;
            INSERT INTO auth.users (id)
            SELECT \(uuid("7a000000", "n")) FROM generate_series(1, 1000) AS n;
            INSERT INTO public.trips (id, user_id, name, start_date, end_date, destination)
            SELECT 1000 + t, \(uuid("7a000000", "1 + t % 1000")), 'Trip ' || t, '2027-01-01',
                '2027-01-08', 'Somewhere'
            FROM generate_series(1, \(Self.travellerTripCount)) AS t;
            INSERT INTO public.chat_sessions (id, user_id, trip_id)
            SELECT \(uuid("5e000000", "t")), \(uuid("7a000000", "1 + t % 1000")), 1000 + t
            FROM generate_series(1, \(Self.travellerTripCount)) AS t;
            """
        )
        try connect().execute("VACUUM ANALYZE")
    }
}
