import LoadChecks
import LoadResults
import TestSupport
import Testing

@testable import LoadGenerator

@Suite struct GeneratorProcessTests {
    /// Everything that a session can do, on trips of two.
    private static let scenario = """
        summary: Everything that a session can do.
        timing: { connect_rate: 500/s, warmup: 0s, duration: 3s, drain: 8s }
        populations:
          people:
            count: 16
            group_size: 2
            first_group: 9100000001
            topics:
              trip: { topic: "trip:{group}", private: true, presence: true, replay: true }
              own: { topic: "user:{session_uuid}", private: true, self: true, ack: true }
            actions:
              - { broadcast: cursor, to: trip, bytes: 160, every: 200ms, share: 0.5 }
              - { broadcast: note, to: own, bytes: 200, every: 300ms }
              - { track: trip, every: 2s }
              - { rejoin: own, pause: 200ms, every: 2s, share: 0.25 }
              - { reconnect: abrupt, pause: 300ms, every: 2s, share: 0.25 }
              - { reconnect: clean, pause: 100ms, every: 3s, share: 0.125 }
              - { pause_reading: 500ms, every: 2s, share: 0.25 }
              - { refresh_token: true, every: 3s }
        writers:
          edits:
            population: people
            topic: "trip:{group}"
            rate: 40/s
            connections: 3
            sql: >-
              update public.itinerary_items set title = '{mark}' where id = {group}
        """

    private static let people = """
        insert into auth.users (id)
        select ('10ad0000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
        from generate_series(1, 16) as n;
        insert into public.trips (id, user_id, name, start_date, end_date, destination, travelers)
        select 9100000000 + t, ('10ad0000-0000-4000-8000-' || lpad(to_hex(t * 2), 12, '0'))::uuid,
            'Load', '2027-05-01', '2027-05-08', 'Somewhere', 2
        from generate_series(1, 8) as t;
        insert into public.trip_collaborators (trip_id, user_id, role)
        select 9100000000 + t,
            ('10ad0000-0000-4000-8000-' || lpad(to_hex(t * 2 - 1), 12, '0'))::uuid, 'editor'
        from generate_series(1, 8) as t;
        insert into public.itinerary_items (id, trip_id, day_number, title)
        select id, id, 1, 'Day 1' from public.trips where id > 9100000000;
        """

    private func rehearsal(_ gateway: LocalGateway) -> Rehearsal {
        var rehearsal = Rehearsal(Self.scenario, url: gateway.url)
        rehearsal.assignment.tokenSecret = LocalGateway.secret
        rehearsal.assignment.dsn = gateway.database.superuserDSN
        rehearsal.duration = .seconds(3)
        return rehearsal
    }

    @Test("A gateway keeps its promises while sessions come, go, read slowly and write")
    func everything() async throws {
        try await LocalGateway.with(setup: [Self.people]) { gateway in
            let outcome = try await rehearsal(gateway).run(generatorCount: 2, hasWriters: true)
            #expect(outcome.failures.isEmpty && outcome.errors.isEmpty, "\(outcome.errors)")
            #expect(outcome.breaches.isEmpty, "\(outcome.examples)")
            #expect(outcome.joinedCount == 32)
            #expect(outcome.sum(\.writeCount) == 120)
            #expect(outcome.count(.commit) == 120)
            #expect(outcome.count(.change) > 120)
            #expect(outcome.count(.broadcast) > 100)
            #expect(outcome.count(.acknowledgement) > 100)
            #expect(outcome.count(.reconnect) > 4)
            #expect(outcome.count(.join) > 36)
            let edits = outcome.sent.filter { $0.stream == 0 }
            #expect(edits.count == 8 && edits.allSatisfy { $0.number == 15 })
        }
    }

    @Test("A writer that skips a number leaves a gap with everybody")
    func skippedNumber() async throws {
        try await LocalGateway.with(setup: [Self.people, Self.losingTrigger]) { gateway in
            let outcome = try await rehearsal(gateway).run(hasWriters: true)
            #expect(outcome.errors.isEmpty, "\(outcome.errors)")
            #expect(Set(outcome.breaches.keys) == [.gap], "\(outcome.examples)")
            // Two people of each of eight trips miss the fifth.
            #expect(outcome.breaches[.gap, default: 0] == 16)
        }
    }

    /// Swallows the fifth write of every trip before anybody sees it.
    private static let losingTrigger = """
        create function public.lose_fifth() returns trigger language plpgsql as $$
        begin
            if new.title like '~lt.%.%.5.%' then return null; end if;
            return new;
        end $$;
        create trigger lose_fifth before update on public.itinerary_items
            for each row execute function public.lose_fifth();
        """

    @Test("People who may not join are told apart, and nobody waits for them")
    func refused() async throws {
        try await LocalGateway.with(setup: []) { gateway in
            var rehearsal = rehearsal(gateway)
            rehearsal.duration = .seconds(1)
            let outcome = try await rehearsal.run()
            #expect(outcome.joinedCount == 16, "everybody may join what is his own")
            #expect(outcome.errors["Unauthorized", default: 0] >= 16, "\(outcome.errors)")
        }
    }

    @Test("A database that is not there is told")
    func noDatabase() async throws {
        var rehearsal = Rehearsal(Self.scenario, url: "http://127.0.0.1:1")
        rehearsal.assignment.dsn = "host=127.0.0.1 port=1 user=nobody"
        let outcome = try await rehearsal.run(generatorCount: 0, hasWriters: true)
        #expect(outcome.failures.first?.contains("cannot reach the database") == true)
        rehearsal.assignment.dsn = nil
        let without = try await rehearsal.run(generatorCount: 0, hasWriters: true)
        #expect(without.failures.first?.contains("no database was named") == true)
    }
}
