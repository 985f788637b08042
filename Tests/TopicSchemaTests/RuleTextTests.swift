@testable import TopicSchema
import Testing

@Suite struct RuleTextTests {
    @Test(
        "Whatever could end the expression early is refused",
        arguments: [
            ("", RuleText.Malformed.empty), ("-- only a comment", .empty), ("/* a */ ", .empty),
            ("true\0", .nul), ("true)", .unbalanced), ("(true", .unbalanced),
            ("true) or (true", .unbalanced), ("a[1)", .unbalanced),
            ("true; drop table x", .statement),
            ("true;", .statement), ("'a", .unterminated("a string")),
            ("E'a\\'", .unterminated("a string")), ("\"a", .unterminated("a quoted name")),
            ("$x$ a $y$", .unterminated("a string in dollar quotes")),
            ("/* /* */ true", .unterminated("a comment")), ("'it''s') or ('", .unbalanced),
            ("-- (\n)", .unbalanced), ("--\r;", .statement), ("'\\' ) -- '", .unbalanced),
            ("U&'\\')", .unbalanced), ("a$b$ ; $b$", .statement),
        ]
    )
    func refused(text: String, reason: RuleText.Malformed) {
        #expect(throws: reason) { try RuleText(text) }
    }

    @Test(
        "Signs within strings, names and comments mean nothing",
        arguments: [
            "');' = a", "\");\" = a", "$$ ); $$ = a", "$q$ $$ ) $q$ = a", "E'\\');' = a", "a -- );",
            "a /* ); /* ( */ */", "a = ')' or (b = '(')", "U&'\\0041' = a", "é = 'é'",
            "f(a[1], $1)",
            "e = 'x;'", "'a''; '::text = ''",
        ]
    )
    func taken(text: String) {
        #expect(throws: Never.self) { try RuleText(text) }
    }

    @Test(
        "A parameter that is compared with itself is noticed",
        arguments: [
            ("exists (select from t where trip_id = trip_id)", true), ("Trip_ID=trip_id", true),
            ("\"trip_id\" = trip_id", true), ("trip_id /* x */ = trip_id", true),
            ("exists (select from t where t.trip_id = trip_id)", false),
            ("trip_id = trip_id(1)", false), ("trip_id = trip_id.x", false), ("a = a", false),
            ("'trip_id = trip_id' = a", false), ("-- trip_id = trip_id\ntrue", false),
        ]
    )
    func itself(text: String, isNoticed: Bool) throws {
        let name = try RuleText(text).comparedWithItself(among: ["trip_id"])
        #expect((name == "trip_id") == isNoticed)
    }
}
