import Foundation
import Postgres
import TestSupport
import Testing
import TopicFiles
import TopicSchema
import Topics

/// The files that the repository ships, against the demonstration's database.
@Suite struct DemonstrationFilesTests {
    private static func contract() throws -> TopicContract {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try TopicFiles.read(
            folder: root.appending(path: "topics").path(percentEncoded: false)
        )
    }

    @Test("The shipped files have no problems once they are applied, for any login that serves")
    func shipped() async throws {
        try await SchemaDatabase.with { database in
            let schema = ContractSchema(try Self.contract())
            let before = try schema.check(on: database.connection)
            #expect(before.problems.allSatisfy { $0.message.hasSuffix("run waypost topics apply") })
            _ = try schema.apply(on: database.connection)
            for login in ["postgres", "waypost"] {
                let connection = try database.database.connect(user: login)
                let review = try schema.check(on: connection)
                #expect(review.problems.map(\.description) == [], "\(login)")
                #expect(review.skipped == [], "\(login)")
            }
        }
    }
}
