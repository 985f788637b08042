import Foundation
import TestSupport
import Testing

/// What `waypost topics types` looks up in the database, by the real binary.
@Suite(.timeLimit(.minutes(2))) struct TypedContractTests {
    @Test("A table that is not there is told by file and line; without a language nothing is asked")
    func missing() async throws {
        try await DevSupport.withFolder { folder in
            try Data(TypesSupport.second.utf8).write(to: URL(filePath: folder + "/log.yaml"))
            let arguments = ["topics", "types", "--folder", folder]
            #expect(try await Command.run(arguments).code == 64)
            let language = arguments + ["--language", "swift"]
            let nowhere = try await Command.run(language)
            #expect(nowhere.code == 2 && nowhere.error.contains("database.dsn: is required"))
            try await TestDatabase.with { database in
                let answer = try await Command.run(
                    language + ["--database-dsn", database.superuserDSN]
                )
                #expect(answer.code == 1 && answer.standard.isEmpty)
                #expect(
                    answer.error
                        == "\(folder)/log.yaml:6: error: there is no table public.plans to "
                        + "see types of\n"
                )
            }
        }
    }

    @Test("Domains, arrays and enumerations are followed to what JSON shows of them")
    func columns() async throws {
        let text = try await TypesSupport.types("typescript")
        for line in [
            #"  "id": number;"#, #"  "who": string | null;"#, #"  "budget": number | null;"#,
            #"  "mood": "very good" | "self" | "bad\"one" | "1st";"#,
            #"  "moods": ("very good" | "self" | "bad\"one" | "1st" | null)[] | null;"#,
            #"  "past": (number | null)[];"#, #"  "details": Json;"#, #"  "open": boolean;"#,
        ] {
            #expect(text.contains(line), "\(line)")
        }
        #expect(
            text.contains("export type LogPresence<Payload = { [key: string]: Json }> = never;")
        )
    }
}
