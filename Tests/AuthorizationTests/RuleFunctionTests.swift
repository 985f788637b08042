import Authorization
import Postgres
import TestSupport
import Testing
import Topics

@testable import class Authorization.Evaluator

@Suite("The functions that rules are compiled into")
struct RuleFunctionTests {
    @Test("Policies whose text could end a string or a function's body stay text")
    func quoting() async throws {
        let texts = ["$waypost$", "$$", "'; END; $$; --", "\\'", "a\nb", "%", "INTO waypost_yes"]
        try await TestDatabase.with(RulesDatabase.schema) { database in
            let administrator = try database.connect()
            for (place, text) in texts.enumerated() {
                let quoted = text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
                try administrator.execute(
                    """
                    CREATE POLICY "p\(place) $waypost$" ON realtime.messages TO authenticated
                    USING (topic = E'\(quoted)')
                    """
                )
            }
            let evaluator = try Evaluator(database)
            for text in texts {
                #expect(try evaluator.verdict(on: Question(text)) == .all, "\(text)")
                #expect(try evaluator.verdict(on: Question(text + "x")) == .denied)
            }
        }
    }

    @Test("The names in the function mean nothing to rules")
    func names() async throws {
        try await TestDatabase.with(RulesDatabase.schema) { database in
            try database.connect().execute(
                """
                ALTER TABLE realtime.messages ADD COLUMN waypost_yes int DEFAULT 41,
                    ADD COLUMN waypost_topics text DEFAULT 'mine', ADD COLUMN found boolean;
                CREATE POLICY p ON realtime.messages TO authenticated
                USING (waypost_yes = 41 AND waypost_topics = 'mine' AND found IS NULL)
                """
            )
            #expect(try Evaluator(database).verdict(on: Question("lobby")) == .all)
        }
    }
}
