import Testing

@testable import Postgres

@Suite struct PostgresErrorTests {
    @Test(
        "States that end a connection are told from those that do not",
        arguments: [
            ("57P01", true), ("57P02", true), ("57P03", true), ("57P05", true), ("08006", true),
            ("08P01", true), ("57014", false), ("42501", false), ("40001", false),
        ]
    )
    func lost(sqlState: String, isLost: Bool) {
        #expect(PostgresError.meansConnectionLost(sqlState: sqlState) == isLost)
    }

    @Test("The description never holds the database's words", arguments: reasons)
    func description(reason: PostgresError.Reason) {
        for operation in PostgresError.Operation.allCases {
            let error = PostgresError(
                operation,
                reason,
                sqlState: "42501",
                serverMessage: "hunter2"
            )
            #expect(!"\(error)".contains("hunter2"))
            #expect("\(error)".hasPrefix(operation.rawValue))
        }
    }

    private static let reasons = PostgresError.Reason.allCases

    @Test(
        "The SQLSTATE of a refused login is found in libpq's verbose words",
        arguments: [
            (#"failed: FATAL:  28000: role "x" does not exist"#, "28000"),
            ("failed: ФАТАЛЬНО:  3D000: no", "3D000"),
            ("could not connect: Connection refused", nil),
            ("FATAL:  short", nil), ("", nil), (":  2800", nil),
        ] as [(String, String?)]
    )
    func verboseMessage(text: String, expected: String?) {
        #expect(Connecting.sqlState(in: text) == expected)
    }
}
