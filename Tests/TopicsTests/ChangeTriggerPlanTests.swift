import Testing
import Topics

@Suite struct ChangeTriggerPlanTests {
    private static let route = TopicRoute(family: "trip", column: "trip_id")
    private static let flights = TableName("flights")

    private func plan(_ definition: ChangeDefinition) throws -> String {
        try ChangeTriggerPlan(definition, secretTables: []).sql
    }

    @Test("A table that may feed nothing is refused")
    func secret() {
        let keys = TableName("api_keys")
        #expect(throws: ChangeTriggerPlan.Malformed.secretTable(keys)) {
            try ChangeTriggerPlan(
                ChangeDefinition(
                    table: keys,
                    routes: [TopicRoute(family: "user", column: "user_id")]
                ),
                secretTables: [keys]
            )
        }
    }

    @Test(
        "A definition that cannot be carried out is refused, with the reason",
        arguments: [
            (
                ChangeDefinition(table: flights, key: [], routes: [route]),
                ChangeTriggerPlan.Malformed.keyMissing(flights)
            ),
            (ChangeDefinition(table: flights, routes: []), .routesMissing(flights)),
            (
                ChangeDefinition(table: flights, columns: .only([]), routes: [route]),
                .columnsMissing(flights)
            ),
            (
                ChangeDefinition(table: flights, columns: .only(["price"]), routes: [route]),
                .keyNotSent(flights, column: "id")
            ),
            (
                ChangeDefinition(table: flights, columns: .except(["id"]), routes: [route]),
                .keyNotSent(flights, column: "id")
            ),
            (
                ChangeDefinition(table: flights, condition: " \n", routes: [route]),
                .condition(flights)
            ),
            (
                ChangeDefinition(table: flights, condition: "true\0", routes: [route]),
                .condition(flights)
            ),
            (ChangeDefinition(table: TableName(""), routes: [route]), .name("")),
            (ChangeDefinition(table: TableName("a\nb"), routes: [route]), .name("a\nb")),
            (
                ChangeDefinition(table: flights, columns: .except(["a\0"]), routes: [route]),
                .name("a\0")
            ),
            (
                ChangeDefinition(table: flights, routes: [TopicRoute(family: "", column: "id")]),
                .family("")
            ),
            (
                ChangeDefinition(table: flights, routes: [TopicRoute(family: "a:b", column: "id")]),
                .family("a:b")
            ),
        ]
    )
    func malformed(definition: ChangeDefinition, reason: ChangeTriggerPlan.Malformed) {
        #expect(throws: reason) { try ChangeTriggerPlan(definition, secretTables: []) }
    }

    @Test("A name of 63 bytes passes, one of 64 would be cut off and is refused")
    func longName() throws {
        let longest = String(repeating: "x", count: 63)
        _ = try plan(ChangeDefinition(table: TableName(longest), routes: [Self.route]))
        #expect(throws: ChangeTriggerPlan.Malformed.name(longest + "x")) {
            try plan(ChangeDefinition(table: TableName(longest + "x"), routes: [Self.route]))
        }
    }

    @Test("Two definitions of one table are refused")
    func tableTwice() {
        let definition = ChangeDefinition(table: Self.flights, routes: [Self.route])
        #expect(throws: ChangeTriggerPlan.Malformed.tableTwice(Self.flights)) {
            try ChangeTriggerPlan.sql(for: [definition, definition], secretTables: [])
        }
    }

    @Test("The trigger function has the owner's rights, a fixed search path, and no callers")
    func rights() throws {
        let sql = try plan(ChangeDefinition(table: Self.flights, routes: [Self.route]))
        #expect(
            sql.contains(
                """
                create or replace function "realtime"."changes_public_flights"() returns trigger
                language plpgsql security definer set search_path = ''
                """
            )
        )
        #expect(
            sql.contains(
                """
                execute format('revoke execute on function %s from public', \
                '"realtime"."changes_public_flights"()');
                """
            )
        )
        #expect(sql.contains("pg_get_userbyid((select nspowner from pg_catalog.pg_namespace"))
    }

    @Test("Each operation has its own statement-level trigger")
    func triggers() throws {
        let sql = try plan(ChangeDefinition(table: Self.flights, routes: [Self.route]))
        #expect(
            sql.contains(
                """
                create or replace trigger realtime_changes_insert
                    after insert on "public"."flights" referencing new table as rows_after
                    for each statement execute function "realtime"."changes_public_flights"();

                create or replace trigger realtime_changes_update
                    after update on "public"."flights" \
                referencing old table as rows_before new table as rows_after
                    for each statement execute function "realtime"."changes_public_flights"();

                create or replace trigger realtime_changes_delete
                    after delete on "public"."flights" referencing old table as rows_before
                    for each statement execute function "realtime"."changes_public_flights"();

                create or replace trigger realtime_changes_truncate
                    after truncate on "public"."flights"
                    for each statement execute function "realtime"."changes_public_flights"();
                """
            )
        )
    }

    @Test("What is sent follows the columns, the condition and the routes")
    func fragments() throws {
        let sql = try plan(
            ChangeDefinition(
                table: Self.flights,
                key: ["id", "leg"],
                columns: .except(["secret's"]),
                condition: "r.note <> 'two\nlines' -- a remark",
                routes: [Self.route, TopicRoute(family: "user", column: "booked \"by\"")]
            )
        )
        #expect(sql.contains("jsonb_build_object('id', r.\"id\", 'leg', r.\"leg\") as key"))
        #expect(sql.contains("to_jsonb(r.*) - array['secret''s']::pg_catalog.text[] as body"))
        let trip = "r.\"trip_id\"::pg_catalog.text"
        #expect(
            sql.contains(
                "array_remove(array['trip:' || case when octet_length(\(trip)) <= 1019 "
                    + "and strpos(\(trip), ':') = 0 then \(trip) end, 'user:' || case"
            )
        )
        #expect(sql.contains("then r.\"booked \"\"by\"\"\"::pg_catalog.text end], null) as topics"))
        #expect(sql.contains("on b.key_1 = a.key_1 and b.key_2 = a.key_2"))
        #expect(sql.contains("r.note <> 'two\nlines' -- a remark\n"))
    }

    @Test("A path is followed by a function of the table's owner")
    func path() throws {
        let step = TopicRoute.Step(table: TableName("legs"), match: "id", take: "route_id")
        let last = TopicRoute.Step(table: TableName("routes"), match: "id", take: "trip_id")
        let sql = try plan(
            ChangeDefinition(
                table: Self.flights,
                routes: [TopicRoute(family: "trip", column: "leg_id", path: [step, last])]
            )
        )
        #expect(
            sql.contains(
                """
                select t2."trip_id"::pg_catalog.text
                from "public"."legs" as t1
                    join "public"."routes" as t2 on t2."id" = t1."route_id"
                where t1."id" = $1
                """
            )
        )
        #expect(sql.contains("from \"realtime\".\"route1_public_flights\"(r.\"leg_id\") as f1"))
    }

    @Test("Over 50 columns are put together from parts")
    func manyColumns() throws {
        let columns = ["id"] + (1...100).map { "c\($0)" }
        let sql = try plan(
            ChangeDefinition(table: Self.flights, columns: .only(columns), routes: [Self.route])
        )
        #expect(sql.contains("'c49', r.\"c49\") || jsonb_build_object('c50', r.\"c50\""))
        #expect(sql.contains("|| jsonb_build_object('c100', r.\"c100\") as body"))
    }

    @Test("Routes of one family that are told different things, or lead nowhere, are refused")
    func routes() {
        let insertsOnly = TopicRoute(family: "trip", keys: [ColumnPath("b")], operations: [.insert])
        let nowhere = TopicRoute(family: "trip", keys: [])
        for routes in [[Self.route, insertsOnly], [nowhere]] {
            #expect(throws: ChangeTriggerPlan.Malformed.route(Self.flights, family: "trip")) {
                try plan(ChangeDefinition(table: Self.flights, routes: routes))
            }
        }
        let concern = ConcernRoute(family: "trip", keys: [])
        #expect(throws: ChangeTriggerPlan.Malformed.route(Self.flights, family: "trip")) {
            try plan(ChangeDefinition(table: Self.flights, routes: [], concerns: [concern]))
        }
    }

    @Test("The names in concerns and the conditions of routes are checked like all others")
    func concernNames() {
        let concerns: [(ConcernRoute, ChangeTriggerPlan.Malformed)] = [
            (ConcernRoute(family: "a:b", keys: nil), .family("a:b")),
            (ConcernRoute(family: "a", keys: [ColumnPath("")]), .name("")),
            (ConcernRoute(family: "a", keys: nil, member: "m\n"), .name("m\n")),
            (ConcernRoute(family: "a", keys: nil, columns: ["c\0"]), .name("c\0")),
        ]
        for (concern, reason) in concerns {
            #expect(throws: reason) {
                try plan(ChangeDefinition(table: Self.flights, routes: [], concerns: [concern]))
            }
        }
        let route = TopicRoute(family: "a", keys: [ColumnPath("b")], condition: " ")
        #expect(throws: ChangeTriggerPlan.Malformed.condition(Self.flights)) {
            try plan(ChangeDefinition(table: Self.flights, routes: [route]))
        }
    }

    @Test("A plan says what it leaves in the database")
    func made() throws {
        let concern = ConcernRoute(family: "trip", keys: [ColumnPath("trip_id")])
        let definitions = [
            ChangeDefinition(table: Self.flights, routes: [Self.route], concerns: [concern]),
            ChangeDefinition(table: Self.flights, routes: [], concerns: [concern]),
        ]
        let made = try definitions.map { try ChangeTriggerPlan($0, secretTables: []).made }
        #expect(made[0].map(\.function) == ["changes_public_flights", "concerns_public_flights"])
        #expect(made[1].map(\.function) == ["concerns_public_flights"])
        #expect(made[0][1] == made[1][0])
        #expect(
            made[1][0].triggers == [
                "realtime_concerns_insert", "realtime_concerns_update", "realtime_concerns_delete",
                "realtime_concerns_truncate",
            ]
        )
    }

    @Test("Tables whose names read alike have functions of their own")
    func functionNames() throws {
        let tables = [TableName(schema: "a", "b_c"), TableName(schema: "a_b", "c")]
        let names = try tables.map { table in
            try plan(ChangeDefinition(table: table, routes: [Self.route]))
                .split(separator: "\n")[0]
        }
        #expect(names[0].contains("\"changes_a_b_c\"()"))
        #expect(names[1] != names[0])
    }
}
