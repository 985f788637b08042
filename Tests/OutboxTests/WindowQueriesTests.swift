import Postgres
import TestSupport
import Testing

@testable import Outbox

@Suite(.serialized) struct WindowQueriesTests {
    private func queries(
        _ database: TestDatabase,
        countMax: Int = 256,
        clock: String = SearchedDays.databaseClock
    ) throws -> WindowQueries {
        try WindowQueries(
            try database.connect(user: "waypost"),
            messageCountMax: countMax,
            byteCountMax: 1 << 20,
            clock: clock
        )
    }

    @Test("The quick question answers a small window whole, and says where it ends")
    func small() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let queries = try queries(database)
            try database.send(0, over: writer)
            let from = try queries.snapshot()
            let lastSeq = try queries.lastSeq()
            for number in 1...3 { try database.send(number, over: writer) }
            guard case .page(let page) = try queries.quickAnswer(from: from) else {
                Issue.record("no page")
                return
            }
            #expect(page.messages.map(\.seq) == [1, 2, 3].map { lastSeq + $0 })
            #expect(page.until.next > from.next && !page.hasMore)
            #expect(try queries.lastSeq() == lastSeq + 3)
        }
    }

    @Test("It says so when the window holds more messages than it may answer")
    func tooLarge() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let queries = try queries(database, countMax: 2)
            let from = try queries.snapshot()
            for number in 1...3 { try database.send(number, over: writer) }
            guard case .tooLarge = try queries.quickAnswer(from: from) else {
                Issue.record("three messages were answered where two are allowed")
                return
            }
            let page = try #require(try queries.firstPage(from: from, 2))
            #expect(page.messages.count == 2 && page.hasMore)
        }
    }

    @Test("It says so when the database's clock shows another day, until it is moved there")
    func otherDay() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            try writer.execute(
                """
                CREATE TABLE public.clock (now timestamp);
                GRANT SELECT ON public.clock TO public;
                INSERT INTO public.clock VALUES (now() AT TIME ZONE 'utc')
                """
            )
            var queries = try queries(database, clock: "(SELECT now FROM public.clock)")
            let from = try queries.snapshot()
            try writer.execute("UPDATE public.clock SET now = now + interval '2 days'")
            guard case .otherDay = try queries.quickAnswer(from: from) else {
                Issue.record("another day was not noticed")
                return
            }
            try queries.renewDays()
            guard case .page = try queries.quickAnswer(from: from) else {
                Issue.record("the other day is not searched")
                return
            }
        }
    }
}
