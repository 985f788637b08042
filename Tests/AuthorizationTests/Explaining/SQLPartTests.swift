import Testing

@testable import enum Authorization.SQLCondition
@testable import struct Authorization.SQLLeaf

@Suite("The expressions in a part of a condition")
struct SQLPartTests {
    @Test(
        "Both sides of a comparison and a call's arguments are looked at, constants are not",
        arguments: [
            ("topic = realtime.topic()", ["topic", "realtime.topic()"]),
            ("(a.b)::text <> 'x'::text", ["(a.b)::text"]),
            ("f(auth.uid(), 'x', g(1, 2), 3::bigint)", ["auth.uid()", "g(1, 2)"]),
            ("public.\"F g\"(n => a, VARIADIC b)", ["a", "b"]),
            ("a = ANY (ARRAY['x'::text, 'y'::character varying(3)])", ["a"]),
            ("a = ANY (list)", ["a", "list"]),
            (
                "a IN ( SELECT t.id FROM t)",
                ["a", "ARRAY(SELECT * FROM (SELECT t.id FROM t) AS waypost_found LIMIT 20)"]
            ),
            ("a IN ('x', b)", ["a", "b"]),
            ("( SELECT auth.uid() AS uid) = owner", ["( SELECT auth.uid() AS uid)", "owner"]),
            ("a + b * c < d", ["a + b * c", "d"]),
            ("(j ->> 'plan'::text) = 'gold'::text", ["j ->> 'plan'::text"]),
            ("a ~~ 'trip:%'::text", ["a"]),
            ("a NOT LIKE b || '%'", ["a", "b || '%'"]),
            ("a OPERATOR(public.@>) b", ["a", "b"]),
            ("a BETWEEN b AND c", ["a", "b", "c"]),
            ("a IS NOT DISTINCT FROM (b)", ["a", "b"]),
            ("a IS NULL", ["a"]),
            ("private", []),
            ("EXISTS ( SELECT FROM t)", []),
            ("f()", []),
            ("extension = 'broadcast'::text", []),
        ]
    )
    func operands(sql: String, operands: [String]) throws {
        guard case .leaf(let leaf) = SQLCondition(parsing: sql) else {
            Issue.record("\(sql) came apart")
            return
        }
        #expect(leaf.operands == operands)
    }
}
