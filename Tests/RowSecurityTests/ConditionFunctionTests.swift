import Changes
import Postgres
import RowSecurity
import TestSupport
import Testing
import Topics

@Suite("Conditions hold as SQL says")
struct ConditionFunctionTests {
    /// A row with a value in every column, and one without any.
    private static let rows = """
        UPDATE public.items SET owner = '\(People.first)', team = 7, title = 'Zürich',
            amount = 12.50, happened = '2026-11-21 10:00+00', flags = '{"a": [1, 2]}',
            tags = '{x,"y,z"}',
            mood = 'fine', level = 3, word = 'w', code = 'ab', name = 'Name', folded = 'Straße',
            is_open = true, body = '\\x00ff', day = '2026-02-03', span = '[1,5)', plain = '{"b": 1}'
            WHERE id = 1;
        UPDATE public.items SET owner = NULL, team = NULL, title = NULL WHERE id = 3;
        """

    private typealias Case = (
        column: String, comparison: ChangeFilter.Comparison, values: [String], sql: String
    )

    /// What is asked, and the same as SQL.
    private static let cases: [Case] = [
        ("id", .eq, ["1"], "id = 1"), ("id", .gt, ["2"], "id > 2"),
        ("id", .in, ["3", "5"], "id IN (3, 5)"), ("id", .isdistinct, ["1"], "id <> 1"),
        ("owner", .eq, [People.first], "owner = '\(People.first)'"),
        ("owner", .neq, [People.first], "owner <> '\(People.first)'"),
        ("team", .lt, ["8"], "team < 8"), ("team", .gte, ["7"], "team >= 7"),
        ("team", .isdistinct, ["7"], "team IS DISTINCT FROM 7"),
        ("team", .is, ["null"], "team IS NULL"),
        ("title", .gt, ["Zuric"], "title > 'Zuric'"),
        ("title", .like, ["Z_r%"], "title LIKE 'Z_r%'"),
        ("title", .like, ["z%"], "title LIKE 'z%'"),
        ("title", .ilike, ["zÜ%"], "title ILIKE 'zÜ%'"),
        ("title", .match, ["^Z.*h$"], "title ~ '^Z.*h$'"),
        ("title", .imatch, ["^zÜ"], "title ~* '^zÜ'"), ("title", .match, ["["], "false"),
        ("title", .in, ["a", "Zürich", "b,c"], "title IN ('a', 'Zürich', 'b,c')"),
        ("title", .eq, [""], "title = ''"),
        ("amount", .eq, ["12.5"], "amount = 12.5"), ("amount", .lt, ["12.504"], "amount < 12.504"),
        ("amount", .eq, ["many"], "false"), ("amount", .gt, ["NaN"], "amount > 'NaN'"),
        ("happened", .eq, ["2026-11-21T12:00:00+02"], "happened = '2026-11-21 10:00+00'"),
        ("happened", .lte, ["infinity"], "happened <= 'infinity'"),
        ("flags", .eq, ["{\"a\":[1,2]}"], "flags = '{\"a\": [1, 2]}'"),
        ("tags", .eq, ["{x,\"y,z\"}"], "tags = '{x,\"y,z\"}'"),
        ("tags", .in, ["{a}", "{x,\"y,z\"}"], "tags = '{a}' OR tags = '{x,\"y,z\"}'"),
        ("tags", .lt, ["{y}"], "tags < '{y}'"),
        ("mood", .gt, ["sad"], "mood > 'sad'"), ("mood", .lt, ["sad"], "mood < 'sad'"),
        ("mood", .in, ["sad", "fine"], "mood IN ('sad', 'fine')"), ("mood", .eq, ["wild"], "false"),
        ("level", .eq, ["3"], "level = 3"), ("level", .eq, ["-3"], "false"),
        ("level", .gte, ["2"], "level >= 2"),
        ("word", .eq, ["w"], "word = 'w'"), ("word", .like, ["_"], "word LIKE '_'"),
        ("code", .eq, ["ab"], "code = 'ab'"),
        ("code", .eq, ["abcdef"], "code = 'abcdef'::bpchar"),
        ("code", .like, ["ab%"], "code LIKE 'ab%'"), ("code", .match, ["^ab"], "code ~ '^ab'"),
        ("name", .eq, ["Name"], "name = 'Name'"), ("name", .ilike, ["na%"], "name ILIKE 'na%'"),
        ("name", .imatch, ["NAME"], "name ~* 'NAME'"),
        ("folded", .eq, ["STRASSE"], "folded = 'STRASSE'"),
        ("folded", .eq, ["straße"], "folded = 'straße'"),
        ("folded", .in, ["x", "STRAßE"], "folded IN ('x', 'STRAßE')"),
        ("is_open", .is, ["true"], "is_open IS TRUE"),
        ("is_open", .is, ["false"], "is_open IS FALSE"),
        ("is_open", .is, ["unknown"], "is_open IS UNKNOWN"),
        ("is_open", .eq, ["t"], "is_open"),
        ("body", .eq, ["\\x00ff"], "body = '\\x00ff'"),
        ("day", .lt, ["2026-02-04"], "day < '2026-02-04'"),
        ("span", .eq, ["[1,4]"], "span = '[1,4]'"), ("span", .lt, ["[2,3)"], "span < '[2,3)'"),
        ("plain", .eq, ["{}"], "false"), ("plain", .is, ["null"], "plain IS NULL"),
    ]

    @Test("Every comparison over every kind of type, as they are and negated")
    func comparisons() async throws {
        try await RowStage.with { stage in
            try stage.administer(Self.rows)
            for key in ["1", "3"] {
                let row = try stage.update(key)
                let asked = Self.cases.flatMap { one in [(one, false), (one, true)] }
                let filters = asked.map { one, isNegated in
                    ChangeFilter(
                        column: one.column,
                        comparison: one.comparison,
                        values: one.values,
                        isNegated: isNegated
                    )
                }
                let truths = asked.map { one, isNegated in
                    "coalesce((\(Self.truth(one, isNegated: isNegated))), false)"
                }
                let truth = try stage.administrator.query(
                    "SELECT \(truths.joined(separator: ", ")) FROM public.items WHERE id = \(key)"
                )
                let answers = try stage.hold(filters, for: row)
                for (place, (one, isNegated)) in asked.enumerated() {
                    #expect(
                        answers[place] == truth.boolean(0, place),
                        "\(key): \(isNegated ? "not " : "")\(one.sql)"
                    )
                }
            }
            // However many types there are, the second time is one round trip.
            #expect(stage.roundCounts == [1, 1])
        }
    }

    /// What cannot be evaluated is no, and so is its opposite.
    private static func truth(_ one: Case, isNegated: Bool) -> String {
        one.sql == "false" || !isNegated ? one.sql : "NOT (\(one.sql))"
    }

    @Test("A column that is missing, unknown or not selectable is no, and so is the opposite")
    func missing() async throws {
        try await RowStage.with("CREATE POLICY p ON public.items USING (true)") { stage in
            let row = try stage.update("1")
            for isNegated in [false, true] {
                let unknown = try stage.holds("nope", .is, "null", isNegated: isNegated, for: row)
                #expect(!unknown)
                let word = try stage.holds("title", .is, "NULL", isNegated: isNegated, for: row)
                #expect(!word)
                try stage.administer("ALTER TABLE public.items ADD COLUMN late\(isNegated) text")
                let late = try stage.holds(
                    "late\(isNegated)",
                    .is,
                    "null",
                    isNegated: isNegated,
                    for: row
                )
                #expect(!late)
            }
            try stage.administer(
                """
                REVOKE SELECT ON public.items FROM authenticated;
                GRANT SELECT (id, team) ON public.items TO authenticated
                """
            )
            let hidden = try stage.holds("title", .eq, "one", for: row, role: "authenticated")
            #expect(!hidden)
            let shown = try stage.holds("team", .eq, "1", for: row, role: "authenticated")
            #expect(shown)
        }
    }

    @Test(
        "Whatever stands in a value or a name is a value or a name",
        arguments: [
            "'", "\"", "\\", "';DROP TABLE public.items;--", "$waypost$", "$1", "{a,b}", "{\"",
            "NULL",
            "%_\\", "é👩‍👩‍👧\u{0301}", "\n\t\r", String(repeating: "x'\\\"é", count: 2_000),
        ]
    )
    func hostile(text: String) async throws {
        try await RowStage.with { stage in
            _ = try stage.administrator.query(
                "UPDATE public.items SET title = $1 WHERE id = 1",
                [text]
            )
            let row = try stage.update("1")
            let other = try stage.update("2")
            #expect(try stage.holds("title", .eq, text, for: row))
            #expect(try !stage.holds("title", .eq, text, for: other))
            #expect(try stage.holds("title", .in, "a", text, "b", for: row))
            #expect(try !stage.holds("title", .isdistinct, text, for: row))
            #expect(try !stage.holds("title", .eq, text + " ", for: row))
            #expect(try !stage.holds(text, .eq, "one", for: row))
            for comparison in [ChangeFilter.Comparison.like, .ilike, .match, .imatch, .is, .lt] {
                _ = try stage.holds("title", comparison, text, for: row)
                _ = try stage.holds("amount", comparison, text, for: row)
            }
            #expect(try stage.holds("id", .eq, "1", for: row))
        }
    }

    @Test("A value with a NUL is no")
    func nul() async throws {
        try await RowStage.with { stage in
            let row = try stage.update("1")
            #expect(try !stage.holds("title", .neq, "a\0b", for: row))
            #expect(try !stage.holds("title\0", .neq, "a", for: row))
        }
    }

    @Test("A type from an extension's schema is compared by its own operators")
    func ownOperators() async throws {
        try await RowStage.with { stage in
            try stage.administer(
                """
                CREATE SCHEMA extensions;
                GRANT USAGE ON SCHEMA extensions TO PUBLIC;
                CREATE EXTENSION citext SCHEMA extensions;
                ALTER TABLE public.items ADD COLUMN free extensions.citext DEFAULT 'Ada'
                """
            )
            let row = try stage.update("1")
            #expect(try stage.holds("free", .eq, "ADA", for: row))
            #expect(try stage.holds("free", .in, "x", "aDA", for: row))
            #expect(try stage.holds("free", .like, "a%", for: row))
            #expect(try stage.holds("free", .match, "^A", for: row))
            #expect(try !stage.holds("free", .isdistinct, "ada", for: row))
            #expect(try !stage.holds("free", .eq, "Adam", for: row))
        }
    }

    @Test("A pattern that takes forever is no, once, and costs the others only time")
    func hostilePattern() async throws {
        try await RowStage.with(conditionTimeout: .milliseconds(200)) { stage in
            try stage.administer(
                "UPDATE public.items SET title = repeat('ab', 40000) || 'c' WHERE id = 1"
            )
            let row = try stage.update("1")
            let patterns = ["(.*)(.*)(.*)(.*)(.*)\\1\\2\\3\\4\\5[^abc]$", "c$", "^b", "^a"]
            let filters = patterns.map {
                [ChangeFilter(column: "title", comparison: .match, values: [$0])]
            }
            let question = RowQuestion(
                table: stage.table.oid,
                caller: Caller(role: "service_role"),
                rows: [0],
                filters: filters
            )
            let answer = try stage.security.answer([question], about: [row])[0]
            #expect(answer.holds == [[false], [true], [false], [true]])
            #expect(answer.isVisible == [true])
            let before = stage.roundCounts.reduce(0, +)
            _ = try stage.security.answer([question], about: [row])
            #expect(stage.roundCounts.reduce(0, +) == before + 1)
        }
    }
}
