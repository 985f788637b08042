import Postgres
import TestSupport
import Testing
import Wire

@testable import Changes

@Suite struct FilterTestTests {
    private func filter(_ text: String) throws -> ChangeFilter {
        try #require(try FilterReader.filters(in: text).first)
    }

    @Test(
        "What only PostgreSQL knows is left to it",
        arguments: [
            ("a=lt.b", UInt32(25)), ("a=like.b", 25), ("a=match.b", 25), ("a=eq.1", 1_700),
            ("a=eq. 1", 23), ("a=eq.+1", 23), ("a=eq.0x1", 23), ("a=eq.99999999999999999999", 20),
            ("a=eq.yes", 16), ("a=lt.true", 16), ("a=is.true", 25), ("a=is.nothing", 25),
            ("a=eq.{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", 2_950), ("a=eq.b", 19),
            ("a=eq.b", 1_042),
            ("a=like.1", 23),
        ]
    )
    func open(text: String, type: UInt32) throws {
        let test = FilterTest(try filter(text), type: type)
        #expect(!test.isExact)
        #expect(test.values == nil)
        #expect(test.finding(ArraySlice("1".utf8)) == .open)
    }

    @Test("A column that a change does not have fits nothing, negated or not")
    func missing() throws {
        for text in ["a=eq.1", "a=not.eq.1", "a=is.null", "a=isdistinct.1"] {
            #expect(FilterTest(try filter(text), type: 23).finding(nil) == .fails)
        }
    }

    /// A type of the differential test with values to draw from.
    struct Kind: Sendable {
        let name: String
        let oid: UInt32
        let values: [String]
    }

    static let kinds = [
        Kind(name: "int2", oid: 21, values: ["0", "-1", "7", "-32768", "32767", "007"]),
        Kind(name: "int4", oid: 23, values: ["0", "-0", "5", "50", "-2147483648", "2147483647"]),
        Kind(
            name: "int8",
            oid: 20,
            values: ["0", "9", "10", "-9223372036854775808", "9223372036854775807"]
        ),
        Kind(name: "bool", oid: 16, values: ["true", "false", "t", "f"]),
        Kind(
            name: "uuid",
            oid: 2_950,
            values: [
                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
                "00000000-0000-0000-0000-000000000000",
            ]
        ),
        Kind(
            name: "text",
            oid: 25,
            values: ["", "a", "A", " a", "a ", "é", "e\u{301}", "null", #"a"b\c"#, "\t\n", "😀"]
        ),
        Kind(name: "varchar", oid: 1_043, values: ["", "x", "x ", "NULL", "true", "1"]),
    ]

    @Test("What is decided here PostgreSQL decides in the same way", arguments: kinds, seeds(3))
    func differential(kind: Kind, seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let connection = try await TestDatabase.make().connect()
        let comparisons: [ChangeFilter.Comparison] = [
            .eq, .neq, .lt, .lte, .gt, .gte, .in, .isdistinct, .is,
        ]
        var decidedCount = 0
        for _ in 0..<150 {
            let value =
                Int.random(in: 0..<6, using: &generator) == 0
                ? nil : kind.values.randomElement(using: &generator)
            let comparison = try #require(comparisons.randomElement(using: &generator))
            let values: [String] =
                switch comparison {
                case .is:
                    [
                        kind.name == "bool"
                            ? ["null", "true", "false", "unknown"].randomElement(using: &generator)
                                ?? "" : "null"
                    ]
                case .in:
                    (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                        kind.values.randomElement(using: &generator) ?? ""
                    }
                default: [kind.values.randomElement(using: &generator) ?? ""]
                }
            let filter = ChangeFilter(
                column: "v",
                comparison: comparison,
                values: values,
                isNegated: Bool.random(using: &generator)
            )
            let rows = try connection.query(
                "select jsonb_build_object('v', $1::\(kind.name)), \(Self.sql(filter, kind.name))",
                [value]
                    + (comparison == .in
                        ? [ArrayText.text(values)] : comparison == .is ? [] : values)
            )
            let object = RowValues(JSONText(trusted: rows.bytes(0, 0) ?? []))
            let finding = FilterTest(filter, type: kind.oid).finding(object["v"])
            guard finding != .open else { continue }
            decidedCount += 1
            let isTrue = rows[0, 1] == "t"
            #expect((finding == .holds) == isTrue, "\(filter) on \(value ?? "NULL")")
        }
        #expect(decidedCount > 50)
    }

    /// The condition as Supabase writes it for PostgreSQL.
    private static func sql(_ filter: ChangeFilter, _ type: String) -> String {
        let not = filter.isNegated ? "not " : ""
        let operators: [ChangeFilter.Comparison: String] = [
            .eq: "=", .neq: "<>", .lt: "<", .lte: "<=", .gt: ">", .gte: ">=",
            .isdistinct: "is distinct from",
        ]
        return switch filter.comparison {
        case .is: "\(not)($1::\(type) is \(filter.values[0]))"
        case .in: "\(not)($1::\(type) = any ($2::\(type)[]))"
        default: "\(not)($1::\(type) \(operators[filter.comparison] ?? "") $2::\(type))"
        }
    }
}
