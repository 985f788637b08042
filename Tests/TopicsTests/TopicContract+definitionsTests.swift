import Testing
import Topics

@Suite struct TopicContractDefinitionsTests {
    private static let place = SourcePlace(file: "trip.yaml", line: 1)

    private func family(
        _ name: String,
        parameters: [String] = ["id"],
        changes: [FamilyChange] = [],
        dependencies: [MembershipDependency] = []
    ) -> TopicFamily {
        TopicFamily(
            pattern: TopicPattern(
                family: name,
                parameters: parameters.map { TopicPattern.Parameter(name: $0, type: .bigint) }
            ),
            members: MemberRules(
                read: RuleExpression("true", at: Self.place),
                write: nil,
                dependencies: dependencies
            ),
            changes: changes,
            at: Self.place
        )
    }

    private func change(
        _ table: String,
        key: String,
        operations: Set<FamilyChange.Operation> = Set(FamilyChange.Operation.allCases),
        columns: FamilyColumns = .same(.all),
        when condition: String? = nil
    ) -> FamilyChange {
        FamilyChange(
            table: TableName(table),
            key: [ColumnPath(key)],
            operations: operations,
            columns: columns,
            condition: condition.map { RuleExpression($0, at: Self.place) },
            at: Self.place
        )
    }

    @Test("No family asks nothing of any table")
    func nothing() {
        #expect(TopicContract.none.changeDefinitions().isEmpty)
    }

    @Test("Families of one table share its outbox row")
    func twoFamilies() throws {
        let contract = TopicContract([
            family(
                "user",
                changes: [change("files", key: "user_id", columns: .same(.only(["name", "size"])))]
            ),
            family(
                "trip",
                changes: [
                    change(
                        "files",
                        key: "trip_id",
                        operations: [.insert],
                        columns: .byClass(["editor": .only(["kind"]), "viewer": .only(["name"])])
                    )
                ]
            ),
        ])
        let definitions = contract.changeDefinitions(primaryKeys: [TableName("files"): ["uid"]])
        let definition = try #require(definitions.first)
        #expect(definitions.count == 1)
        #expect(definition.key == ["uid"])
        #expect(definition.columns == .only(["uid", "kind", "name", "size"]))
        #expect(
            definition.routes == [
                TopicRoute(family: "trip", keys: [ColumnPath("trip_id")], operations: [.insert]),
                TopicRoute(family: "user", keys: [ColumnPath("user_id")]),
            ]
        )
        #expect(definition.concerns.isEmpty)
    }

    @Test("What one family leaves out and another sends is in the row, and so is the key")
    func union() throws {
        let contract = TopicContract([
            family(
                "a",
                changes: [change("t", key: "x", columns: .same(.except(["id", "p", "q"])))]
            ),
            family("b", changes: [change("t", key: "x", columns: .same(.except(["q", "r"])))]),
            family("c", changes: [change("u", key: "x", columns: .same(.except(["q", "r"])))]),
            family("d", changes: [change("u", key: "x", columns: .same(.only(["r"])))]),
        ])
        let columns = contract.changeDefinitions().map(\.columns)
        #expect(columns == [.except(["q"]), .except(["q"])])
    }

    @Test("A condition that all families share is the table's; else each has its own")
    func conditions() throws {
        let contract = TopicContract([
            family(
                "a",
                changes: [
                    change("shared", key: "x", when: "is_final"),
                    change("own", key: "x", when: "k"),
                ]
            ),
            family(
                "b",
                changes: [change("shared", key: "x", when: "is_final"), change("own", key: "x")]
            ),
        ])
        let definitions = contract.changeDefinitions()
        #expect(definitions.map(\.table.name) == ["own", "shared"])
        #expect(definitions.map(\.condition) == [nil, "is_final"])
        #expect(definitions.map { $0.routes.map(\.condition) } == [["k", nil], [nil, nil]])
    }

    @Test("A table that only rules look at sends its key alone")
    func dependencies() throws {
        let table = TableName("members")
        let contract = TopicContract([
            family(
                "trip",
                dependencies: [
                    MembershipDependency(
                        table: table,
                        key: [ColumnPath("trip_id")],
                        member: "user_id",
                        columns: ["role"],
                        at: Self.place
                    )
                ]
            ),
            family(
                "user",
                dependencies: [
                    MembershipDependency(table: table, key: nil, member: "user_id", at: Self.place)
                ]
            ),
        ])
        let definition = try #require(contract.changeDefinitions().first)
        #expect(definition.routes.isEmpty && definition.columns == .only(["id"]))
        #expect(
            definition.concerns == [
                ConcernRoute(
                    family: "trip",
                    keys: [ColumnPath("trip_id")],
                    member: "user_id",
                    columns: ["role"]
                ),
                ConcernRoute(family: "user", keys: nil, member: "user_id"),
            ]
        )
    }

    @Test("A topic ends with the row whose primary key it is named after, and with no other")
    func ownRows() {
        let (own, other) = (ColumnPath("b"), ColumnPath("a"))
        let step = TopicRoute.Step(table: TableName("x"), match: "b", take: "b")
        let keys: [[ColumnPath]?] = [
            [own, other], [own], [other], [own, ColumnPath("a", steps: [step])], nil,
        ]
        let ends = keys.map { key in
            let dependency = MembershipDependency(table: TableName("t"), key: key, at: Self.place)
            return TopicContract([family("f", dependencies: [dependency])])
                .changeDefinitions(primaryKeys: [TableName("t"): ["a", "b"]])
                .flatMap(\.concerns).map(\.endsTopic)
        }
        #expect(ends == [[true], [false], [false], [false], [false]])
    }
}
