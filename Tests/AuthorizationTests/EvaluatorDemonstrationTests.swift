import Authorization
import Postgres
import TestSupport
import Testing
import Topics

@testable import class Authorization.Evaluator

@Suite("The demonstration's policies, compiled")
struct EvaluatorDemonstrationTests {
    private static let ana = "a0000000-0000-4000-8000-000000000001"
    private static let ben = "b0000000-0000-4000-8000-000000000002"
    private static let cleo = "c0000000-0000-4000-8000-000000000003"
    private static let dora = "d0000000-0000-4000-8000-000000000004"
    private static let lisbonTalk = "session:51000000-0000-4000-8000-000000000001"
    private static let alpsTalk = "session:51000000-0000-4000-8000-000000000002"
    private static let readOnly = Verdict(
        broadcastRead: true,
        presenceRead: true,
        broadcastWrite: false,
        presenceWrite: false
    )

    private static func refused() throws -> [Question] {
        let nobody = "00000000-0000-4000-8000-000000000000"
        return try [
            Question("trip:1", role: "anon"), Question("trip:1", role: "anon", sub: ana),
            Question("trip:1"), Question("trip:1", sub: ""), Question("trip:1", sub: "ana"),
            Question("trip:1", sub: nobody), Question("trip:1", sub: dora),
            Question("trip:1", sub: cleo), Question("trip:2", sub: ben),
            Question("trip:3", sub: ana), Question("trip:4", sub: ana),
            Question("trip:", sub: ana), Question("trip:x", sub: ana),
            Question("trip: ", sub: ana), Question("trip:1e0", sub: ana),
            Question("trip:99999999999999999999", sub: ana), Question("trip", sub: ana),
            Question("TRIP:1", sub: ana), Question("itinerary:1", sub: ana),
            Question("1", sub: ana), Question(":1", sub: ana),
            Question("user:\(ana)", sub: ben), Question("user:", sub: ana),
            Question("user:\(ana)", role: "anon", sub: ana),
            Question(lisbonTalk, sub: cleo), Question(lisbonTalk, sub: dora),
            Question(lisbonTalk, role: "anon"), Question(alpsTalk, sub: ben),
            Question("session:x", sub: ana), Question("session:", sub: ana),
            Question("lobby", sub: ana),
        ]
    }

    private static func admitted() throws -> [(Question, Verdict)] {
        try [
            (Question("trip:1", sub: ana), .all), (Question("trip:1", sub: ben), .all),
            (Question("trip:2", sub: cleo), readOnly), (Question("trip:3", sub: cleo), .all),
            (Question("trip:3", sub: dora), .all),
            (Question("user:\(ana)", sub: ana), .all),
            (Question("user:\(ana.uppercased())", sub: ana), .all),
            (Question(lisbonTalk, sub: ana), .all), (Question(lisbonTalk, sub: ben), .all),
            (Question(alpsTalk, sub: cleo), .all),
            (Question("trip:1", role: "service_role"), .all),
            (Question("anything", role: "service_role"), .all),
        ]
    }

    @Test("Nobody else is let in, and members may do what their part in the trip allows")
    func truthTable() async throws {
        try await TestDatabase.with(RulesDatabase.demonstration) { database in
            let administrator = try database.connect()
            try administrator.execute(
                """
                INSERT INTO auth.users (id, email) VALUES ('\(Self.dora)', 'dora@example.com');
                INSERT INTO public.trip_collaborators (trip_id, user_id, role, added_by)
                VALUES (3, '\(Self.dora)', 'admin', '\(Self.cleo)')
                """
            )
            let probe = Probe(connection: administrator)
            let evaluator = try Evaluator(database)
            let expected = try Self.refused().map { ($0, .denied) } + Self.admitted()
            let answers = try evaluator.answers(to: expected.map(\.0))
            for ((question, verdict), answer) in zip(expected, answers) {
                #expect(answer == .verdict(verdict, failedRules: []), "\(question)")
                #expect(try probe.verdict(on: question) == verdict, "\(question)")
            }
        }
    }
}
