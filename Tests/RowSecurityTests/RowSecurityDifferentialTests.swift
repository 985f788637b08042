import Changes
import Postgres
import RowSecurity
import TestSupport
import Testing
import Topics
import Wire

@Suite("Changes are seen by exactly those who could select the row")
struct RowSecurityDifferentialTests {
    @Test("Generated policies, privileges and changes", arguments: seeds(4))
    func generated(seed: UInt64) async throws {
        try await TestDatabase.with(RowsDatabase.toolbox) { database in
            var rules = RandomRowRules(generator: SeededGenerator(seed: seed))
            let stage = try RowStage(database)
            let probe = RowProbe(connection: try database.connect(), table: stage.table.name)
            for number in 0..<8 {
                let statements = rules.statements()
                for statement in statements { try stage.administrator.execute(statement) }
                try stage.administer("SELECT 1")
                let made = try stage.change(
                    .insert,
                    "INSERT INTO public.items AS changed \(rules.values(id: 100 + number))"
                )
                try compare(made, key: "\(100 + number)", stage, probe, statements)
                let changed = try stage.change(
                    .update,
                    "UPDATE public.items AS changed SET \(rules.assignments()) WHERE id = 2"
                )
                try compare(changed, key: "2", stage, probe, statements)
                try remove("\(100 + number)", stage, probe, statements)
            }
        }
    }

    private func compare(
        _ row: ChangedRow,
        key: String,
        _ stage: RowStage,
        _ probe: RowProbe,
        _ statements: [String]
    ) throws {
        let callers = Self.callers
        let truths = try callers.map { try probe.sees($0, key: key) }
        try expect(row, callers, truths, stage, statements)
    }

    private func remove(
        _ key: String,
        _ stage: RowStage,
        _ probe: RowProbe,
        _ statements: [String]
    ) throws {
        let callers = Self.callers
        let truths = try callers.map { try probe.sees($0, key: key) }
        try stage.security.renewSnapshots()
        let row = try stage.change(
            .delete,
            "DELETE FROM public.items AS changed WHERE id = \(key)"
        )
        try expect(row, callers, truths, stage, statements)
    }

    private func expect(
        _ row: ChangedRow,
        _ callers: [Caller],
        _ truths: [Bool],
        _ stage: RowStage,
        _ statements: [String]
    ) throws {
        let questions = callers.map {
            RowQuestion(table: stage.table.oid, caller: $0, rows: [0])
        }
        let answers = try stage.security.answer(questions, about: [row])
        for (caller, (truth, answer)) in zip(callers, zip(truths, answers))
        where answer.isVisible != [truth] {
            Issue.record(
                """
                \(caller.claims) on \(row.operation) of \(row.values?.text ?? ""): \
                \(answer.isVisible), not \(truth), by \
                \(statements.dropFirst().joined(separator: ";\n"))
                """
            )
        }
    }

    static let callers: [Caller] = {
        var callers: [Caller] = []
        for role in RowsDatabase.roles {
            callers.append(Caller(role: role, sub: People.first))
            callers.append(Caller(role: role, sub: People.second, more: ", \"plan\": \"gold\""))
            callers.append(Caller(role: role))
        }
        // Nobody whose `sub` is no UUID: whether a SELECT raises then depends on whether the
        // planner estimates with auth.uid(), and not on the rule alone.
        callers.append(
            Caller(role: "anon", claims: "{}", headers: "{\"x-door\": \"open\"}")
        )
        return callers
    }()
}
