import Authorization
import Locking
import Postgres
import Topics

/// Asks by writing rows that are rolled back, one question after the other.
final class Prober: Sendable {
    private let database: BenchmarkDatabase
    private let questions: [Question]
    private let wrong = Locked(0)

    init(_ database: BenchmarkDatabase, _ questions: [Question]) throws {
        self.database = database
        self.questions = questions
    }

    /// Questions whose answer was not a yes.
    var wrongCount: Int { wrong.withLock { $0 } }

    func run() {
        do {
            let connection = try database.connect()
            try connection.prepare("become", Self.become)
            try connection.prepare("write", Self.write)
            try connection.prepare("read", Self.read)
            for question in questions where try !answer(question, on: connection) {
                wrong.withLock { $0 += 1 }
            }
        } catch {
            wrong.withLock { $0 += 1 }
        }
    }

    /// The rows that are looked for and those that are written are the same: all are allowed here.
    private func answer(_ question: Question, on connection: PostgresConnection) throws -> Bool {
        let (caller, topic) = (question.caller, question.topic.text)
        let answers = try connection.pipeline([
            .query("BEGIN"),
            .prepared("become", [topic, caller.claims, caller.role, caller.headers]),
            .prepared("write", [topic]),
            .prepared("read", [topic]),
            .query("ROLLBACK"),
            .sync,
        ])
        return try answers[3].get()[0, 0] == "2"
    }

    private static let become = """
        SELECT set_config('realtime.topic', $1, true), set_config('request.jwt.claims', $2, true),
            set_config('request.headers', $4, true), set_config('role', $3, true)
        """

    private static let write = """
        INSERT INTO realtime.messages (topic, extension)
        VALUES ($1, 'broadcast'), ($1, 'presence')
        """

    private static let read = """
        SELECT count(*) FROM realtime.messages
        WHERE topic = $1 AND extension IN ('broadcast', 'presence')
        """
}
