import Authorization
import Postgres
import TestSupport
import Testing
import Topics

@Suite("What an authorizer remembers")
struct AuthorizerRememberingTests {
    private static let yes = Answer.verdict(.all, failedRules: [])
    private static let no = Answer.verdict(.denied, failedRules: [])

    /// Who is listed is let in.
    private static let guests = """
        CREATE TABLE public.guests (topic text, sub text);
        GRANT SELECT ON public.guests TO authenticated;
        CREATE FUNCTION public.is_guest() RETURNS boolean LANGUAGE sql STABLE AS $$
            SELECT EXISTS (SELECT FROM public.guests WHERE topic = realtime.topic()
                AND sub = current_setting('request.jwt.claims')::json ->> 'sub') $$;
        CREATE POLICY guests ON realtime.messages TO authenticated USING (public.is_guest());
        INSERT INTO public.guests VALUES ('trip:1', 'ana'), ('trip:2', 'ana'), ('trip:1', 'ben')
        """

    /// Runs an authorizer; the body gets how often the rules changed as the last argument.
    private static func with(
        _ change: @Sendable (inout AuthorizationConfiguration) -> Void = { _ in },
        _ body: @Sendable (TestDatabase, Authorizer, Count) async throws -> Void
    ) async throws {
        try await TestDatabase.with(RulesDatabase.schema) { database in
            try database.connect().execute(guests)
            var configuration = AuthorizationConfiguration(dsn: database.waypostDSN)
            // A busy machine must not make anybody forget by itself.
            configuration.verdictLifetime = .seconds(600)
            configuration.deadline = .seconds(60)
            configuration.policyCheckInterval = .seconds(600)
            change(&configuration)
            let authorizer = try Authorizer(configuration: configuration, observe: { _ in })
            let count = Count()
            authorizer.start(rulesChanged: count.add)
            defer { authorizer.stop() }
            try await body(database, authorizer, count)
        }
    }

    @Test("A yes holds until concerns cover its topic, and no later")
    func concerns() async throws {
        try await Self.with { database, authorizer, _ in
            let first = try Question("trip:1", sub: "ana")
            let second = try Question("trip:2", sub: "ana")
            for question in [first, second] {
                #expect(await authorizer.answer(to: question) == Self.yes)
                #expect(authorizer.remembered(question)?.verdict == .all)
            }
            try database.connect().execute("DELETE FROM public.guests WHERE sub = 'ana'")
            for question in [first, second] {
                #expect(await authorizer.answer(to: question) == Self.yes)
            }
            authorizer.forget([])
            authorizer.forget([MembershipConcern(.topic(second.topic), member: "somebody")])
            #expect(authorizer.remembered(second) == nil)
            #expect(await authorizer.answer(to: second) == Self.no)
            #expect(await authorizer.answer(to: first) == Self.yes)
            authorizer.forget([MembershipConcern(.part("1"))])
            #expect(await authorizer.answer(to: first) == Self.no)
        }
    }

    @Test("A no is asked about again, so that whoever is let in comes in at once")
    func letIn() async throws {
        try await Self.with { database, authorizer, _ in
            let question = try Question("trip:2", sub: "ben")
            #expect(await authorizer.answer(to: question) == Self.no)
            #expect(authorizer.remembered(question) == nil)
            try database.connect().execute("INSERT INTO public.guests VALUES ('trip:2', 'ben')")
            #expect(await authorizer.answer(to: question) == Self.yes)
        }
    }

    @Test("Who wants a fresh answer gets one, and everybody knows it from then on")
    func fresh() async throws {
        try await Self.with { database, authorizer, _ in
            let question = try Question("trip:1", sub: "ana")
            #expect(await authorizer.answer(to: question) == Self.yes)
            try database.connect().execute("DELETE FROM public.guests")
            #expect(await authorizer.answer(to: question, isFresh: true) == Self.no)
            #expect(await authorizer.answer(to: question) == Self.no)
        }
    }

    @Test("A replaced function voids, is told once, and whoever asks then hears the new one")
    func replacedFunction() async throws {
        try await Self.with {
            $0.policyCheckInterval = .milliseconds(100)
            $0.connectionCount = 3
        } _: { database, authorizer, rulesChangedCount in
            let question = try Question("trip:1", sub: "ana")
            #expect(await authorizer.answer(to: question) == Self.yes)
            try database.connect().execute(
                """
                CREATE OR REPLACE FUNCTION public.is_guest() RETURNS boolean
                LANGUAGE sql STABLE AS 'SELECT false'
                """
            )
            // Nobody asks meanwhile.
            #expect(await eventually { rulesChangedCount.value > 0 })
            let answers = Answers()
            for _ in 0..<20 {
                authorizer.ask(question, isFresh: true, answer: answers.add)
                authorizer.ask(question, answer: answers.add)
            }
            #expect(await eventually { answers.count == 40 })
            #expect(answers.all.allSatisfy { $0 == Self.no })
            #expect(rulesChangedCount.value == 1)
        }
    }

    @Test("With a lost connection everything is forgotten")
    func lostConnection() async throws {
        try await Self.with {
            $0.policyCheckInterval = .milliseconds(100)
        } _: { database, authorizer, rulesChangedCount in
            let question = try Question("trip:1", sub: "ana")
            #expect(await authorizer.answer(to: question) == Self.yes)
            try database.cutConnections()
            #expect(await eventually { authorizer.remembered(question) == nil })
            #expect(await authorizer.answer(to: question) == Self.yes)
            #expect(rulesChangedCount.value == 0)
        }
    }

    @Test("Switched off, nothing is remembered")
    func switchedOff() async throws {
        try await Self.with {
            $0.verdictLifetime = .zero
        } _: { database, authorizer, _ in
            let question = try Question("trip:1", sub: "ana")
            #expect(await authorizer.answer(to: question) == Self.yes)
            try database.connect().execute("DELETE FROM public.guests")
            #expect(await authorizer.answer(to: question) == Self.no)
        }
    }
}
