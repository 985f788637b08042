import Changes
import Postgres
import RowSecurity
import TestSupport
import Testing
import Topics

@Suite("Bindings that cannot be served are refused in Supabase's words")
struct BindingCheckTests {
    private static let regex = "invalid regular expression: brackets [] not balanced"

    private typealias Case = (
        column: String, comparison: ChangeFilter.Comparison, values: [String], message: String?
    )

    private static let cases: [Case] = [
        ("nope", .eq, ["1"], "invalid column for filter nope"),
        ("secret", .eq, ["1"], "invalid column for filter secret"),
        ("ctid", .eq, ["1"], "invalid column for filter ctid"),
        ("a'b\"; --", .eq, ["1"], "invalid column for filter a'b\"; --"),
        ("id", .in, (0..<101).map(String.init), "too many values for `in` filter. Maximum 100"),
        ("id", .in, (0..<100).map(String.init), nil),
        ("id", .in, ["1", "x"], "invalid input syntax for type bigint: \"x\""),
        ("id", .eq, ["x"], "invalid input syntax for type bigint: \"x\""),
        ("id", .isdistinct, [""], "invalid input syntax for type bigint: \"\""),
        (
            "id", .gt, ["99999999999999999999"],
            "value \"99999999999999999999\" is out of range for type bigint"
        ),
        (
            "happened", .lt, ["soon"],
            "invalid input syntax for type timestamp with time zone: \"soon\""
        ),
        ("mood", .eq, ["wild"], "invalid input value for enum mood: \"wild\""),
        (
            "level", .eq, ["-1"],
            "value for domain level violates check constraint \"level_check\""
        ),
        ("level", .eq, ["2"], nil), ("level", .in, ["2", "3"], nil),
        (
            "title", .is, ["maybe"],
            "invalid value for is filter: must be null, true, false, or unknown"
        ),
        ("title", .is, ["true"], "is true filter requires a boolean column, got text"),
        (
            "happened", .is, ["unknown"],
            "is unknown filter requires a boolean column, got timestamp with time zone"
        ),
        ("title", .is, ["null"], nil), ("is_open", .is, ["unknown"], nil),
        ("id", .like, ["1%"], "operator like requires a text-compatible column type, got bigint"),
        (
            "mood", .ilike, ["1%"],
            "operator ilike requires a text-compatible column type, got public.mood"
        ),
        (
            "tags", .match, ["1%"],
            "operator match requires a text-compatible column type, got text[]"
        ),
        (
            "flags", .imatch, ["1%"],
            "operator imatch requires a text-compatible column type, got jsonb"
        ),
        ("title", .match, ["["], "invalid regular expression for match filter: \(regex)"),
        ("name", .imatch, ["["], "invalid regular expression for imatch filter: \(regex)"),
        ("title", .like, ["["], nil), ("name", .ilike, ["%"], nil), ("code", .match, ["^a"], nil),
        ("word", .match, ["a"], nil), ("folded", .eq, ["a"], nil), ("body", .like, ["a"], nil),
        ("plain", .eq, ["{}"], "operator does not exist: json pg_catalog.= json"),
        ("title", .eq, ["a\0b"], "invalid byte sequence for encoding \"UTF8\": 0x00"),
    ]

    private static func with(_ body: @Sendable (RowStage) throws -> Void) async throws {
        try await RowStage.with { stage in
            try stage.administer(
                """
                REVOKE SELECT ON public.items FROM authenticated;
                GRANT SELECT (id, owner, team, title, amount, happened, flags, tags, mood, level,
                    word, code, name, folded, is_open, body, plain)
                    ON public.items TO authenticated
                """
            )
            try body(stage)
        }
    }

    @Test("Each filter's own words")
    func filters() async throws {
        try await Self.with { stage in
            for one in Self.cases {
                let filter = ChangeFilter(
                    column: one.column,
                    comparison: one.comparison,
                    values: one.values
                )
                let problem = try stage.problem([filter])
                #expect(problem?.message == one.message, "\(one.column) \(one.comparison)")
            }
        }
    }

    @Test("Columns that do not exist or may not be selected cannot be selected")
    func selects() async throws {
        try await Self.with { stage in
            #expect(try stage.problem([], select: ["id", "title"]) == nil)
            let unknown = try stage.problem([], select: ["id", "nope"])
            #expect(unknown?.text == "ERROR P0001 (raise_exception) invalid column for select nope")
            let hidden = try stage.problem([], select: ["secret"])
            #expect(hidden?.message == "invalid column for select secret")
        }
    }

    @Test("The first problem counts, whoever finds it")
    func order() async throws {
        try await Self.with { stage in
            let cast = ChangeFilter(column: "id", comparison: .eq, values: ["x"])
            let unknown = ChangeFilter(column: "nope", comparison: .eq, values: ["x"])
            let first = try stage.problem([cast, unknown])
            #expect(
                first?.text == "ERROR 22P02 (invalid_text_representation) "
                    + "invalid input syntax for type bigint: \"x\""
            )
            let second = try stage.problem([unknown, cast])
            #expect(second?.message == "invalid column for filter nope")
            let third = try stage.problem([cast], select: ["nope"])
            #expect(third?.sqlState == "22P02")
        }
    }

    @Test("A role that is not allowed has no columns; without filters nothing is refused")
    func roles() async throws {
        try await Self.with { stage in
            let filter = ChangeFilter(column: "id", comparison: .eq, values: ["1"])
            let stranger = try stage.problem([filter], role: "postgres")
            #expect(stranger?.message == "invalid column for filter id")
            #expect(try stage.problem([], role: "postgres") == nil)
            #expect(try stage.problem([], role: "authenticated") == nil)
        }
    }
}

extension RowStage {
    fileprivate func problem(
        _ filters: [ChangeFilter],
        select: [String]? = nil,
        role: String = "authenticated"
    ) throws -> BindingProblem? {
        let binding = ChangeBinding(
            operation: nil,
            schema: "public",
            table: "items",
            filters: filters,
            columns: select
        )
        return try security.problem(with: [(table, binding)], role: role)
    }
}
