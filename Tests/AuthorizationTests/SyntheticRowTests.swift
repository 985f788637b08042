import Testing

@testable import struct Authorization.MessageColumn
@testable import struct Authorization.SyntheticRow

@Suite("The row that rules are asked about")
struct SyntheticRowTests {
    private static let row = SyntheticRow(
        columns: ["topic", "extension", "id", "na\u{EF}ve"].map {
            MessageColumn(
                name: $0,
                type: "text",
                defaultValue: $0 == "id" ? "gen_random_uuid()" : nil,
                drawsFromSequence: false
            )
        }
    )

    private static func columns(_ expression: String) -> String {
        row.from(for: expression, topic: "$1", extension: "$2")
    }

    @Test("A column is made where the rule names it, and only there")
    func namedColumns() {
        #expect(
            Self.columns("(public.rt_user_id() = f(topic))")
                == #"(SELECT ($1)::text AS "topic" OFFSET 0) AS messages"#
        )
        for expression in ["(id = 'x')", "(messages.id)", "id", "\"id\"", "f(id)"] {
            #expect(Self.columns(expression).contains("AS \"id\""), "\(expression)")
        }
        for expression in ["rt_user_id()", "id_of(1)", "valid", "$id", "\u{E9}id", "1id"] {
            #expect(!Self.columns(expression).contains("AS \"id\""), "\(expression)")
        }
        #expect(Self.columns("(na\u{EF}ve)").contains("na\u{EF}ve"))
    }

    @Test("A whole row has every column")
    func wholeRow() {
        #expect(Self.columns("f(messages.*)").contains("AS \"id\""))
    }

    @Test("System columns are there where they are named")
    func systemColumns() {
        #expect(Self.columns("(xmin = 1)").contains("AS xmin"))
        #expect(!Self.columns("(xminimum = 1)").contains("AS xmin"))
    }
}
