import Testing

@testable import enum Authorization.SQLCondition
@testable import struct Authorization.SQLLeaf

@Suite("Taking SQL conditions apart")
struct SQLConditionTests {
    /// The tree with `&`, `|` and `!` before what they join, and leaves between bars.
    private static func shape(_ condition: SQLCondition) -> String {
        switch condition {
        case .all(let parts): "&(" + parts.map(shape).joined(separator: ", ") + ")"
        case .any(let parts): "|(" + parts.map(shape).joined(separator: ", ") + ")"
        case .not(let part): "!(" + shape(part) + ")"
        case .leaf(let leaf): "<\(leaf.sql)>"
        }
    }

    @Test(
        "AND, OR and NOT come apart as PostgreSQL binds them",
        arguments: [
            ("a", "<a>"),
            ("a AND b OR c AND NOT d", "|(&(<a>, <b>), &(<c>, !(<d>)))"),
            ("((a) AND ((b) OR (NOT (c))))", "&(<a>, |(<b>, !(<c>)))"),
            ("NOT a = b AND c", "&(!(<a = b>), <c>)"),
            ("not not a", "!(!(<a>))"),
            ("((topic = 'x OR y'::text) AND f(topic))", "&(<topic = 'x OR y'::text>, <f(topic)>)"),
            ("x BETWEEN 1 AND 2 AND y", "&(<x BETWEEN 1 AND 2>, <y>)"),
            ("x NOT BETWEEN 1 AND 2 OR y", "|(<x NOT BETWEEN 1 AND 2>, <y>)"),
            (
                "x BETWEEN SYMMETRIC a AND b AND y BETWEEN c AND d",
                "&(<x BETWEEN SYMMETRIC a AND b>, <y BETWEEN c AND d>)"
            ),
            (
                "CASE WHEN a AND b THEN c OR d ELSE e END AND f",
                "&(<CASE WHEN a AND b THEN c OR d ELSE e END>, <f>)"
            ),
            ("(a OR b) IS TRUE", "<(a OR b) IS TRUE>"),
            ("(a AND b)::boolean", "<(a AND b)::boolean>"),
            ("EXISTS ( SELECT FROM t WHERE a AND b)", "<EXISTS ( SELECT FROM t WHERE a AND b)>"),
            ("( SELECT a OR b)", "<( SELECT a OR b)>"),
            (
                "((( SELECT auth.uid() AS uid) = u) AND v)",
                "&(<( SELECT auth.uid() AS uid) = u>, <v>)"
            ),
            ("(a, b) = (c, d) AND e", "&(<(a, b) = (c, d)>, <e>)"),
            ("\"a AND b\" OR \"or\"", "|(<\"a AND b\">, <\"or\">)"),
            ("'it''s AND' = a OR b", "|(<'it''s AND' = a>, <b>)"),
            (#"E'\' OR ' = a AND b"#, #"&(<E'\' OR ' = a>, <b>)"#),
            ("$x$ OR $x$ = a AND b", "&(<$x$ OR $x$ = a>, <b>)"),
            ("$a$ $b$ AND $a$ = c OR d", "|(<$a$ $b$ AND $a$ = c>, <d>)"),
            (#"U&"\0041 AND" AND U&'OR'= b"#, #"&(<U&"\0041 AND">, <U&'OR'= b>)"#),
            ("a -- OR b\n AND c", "&(<a>, <c>)"),
            ("a /* OR /* b */ AND */ AND c", "&(<a>, <c>)"),
            ("a AND b -- the end", "&(<a>, <b>)"),
            (
                "m.\"ö\" = ANY (ARRAY['a'::text]) or ändern",
                "|(<m.\"ö\" = ANY (ARRAY['a'::text])>, <ändern>)"
            ),
            ("border AND android AND orand", "&(<border>, <android>, <orand>)"),
            ("a[1 + 2] AND b", "&(<a[1 + 2]>, <b>)"),
        ]
    )
    func comesApart(sql: String, shape: String) {
        #expect(Self.shape(SQLCondition(parsing: sql)) == shape)
    }

    @Test(
        "What is no expression stays whole",
        arguments: [
            "", "a AND", "OR a", "(a AND b", "a) AND (b", "'a AND b", "\"a OR b", "a /* AND b",
            "CASE WHEN a AND b", "$x$ a AND b $y$", "E'a\\' AND b", "AND", "()",
        ]
    )
    func staysWhole(sql: String) {
        #expect(SQLCondition(parsing: sql).leaves.count == 1, "\(SQLCondition(parsing: sql))")
    }

    @Test("A great many parentheses end no stack")
    func deep() {
        let deep =
            String(repeating: "(", count: 20_000) + "a" + String(repeating: ")", count: 20_000)
        #expect(SQLCondition(parsing: "\(deep) AND b").leaves.count == 2)
        let nots = String(repeating: "NOT ", count: 20_000) + "a"
        #expect(SQLCondition(parsing: nots).leaves.count == 1)
    }
}
