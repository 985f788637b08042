import Foundation
import Testing

/// `waypost topics list`, by the real binary.
@Suite(.timeLimit(.minutes(2))) struct TopicListReportTests {
    private static let file = """
        topic: day:{trip_id}:{day}
        summary: A day of a trip.
        parameters: { trip_id: bigint, day: { type: text, pattern: "[0-9]{1,3}" } }
        members:
          read: |
            public.reads(trip_id)
              and day <> '0'
          class: public.kind(trip_id)
          depends_on: [{ table: trips, key: [id, day] }, { table: trips, key: [id, day] }]
        changes:
          - { table: items, key: [trip_id, day] }
          - { table: plan.items, key: [trip_id, day] }
        broadcast: { events: [cursor], max_bytes: 100, rate: 5/s }
        presence: { grace: 1500ms }
        retention: 48h
        limits: { channels: 7 }
        """

    @Test("list shows each family's pattern, rules, tables and traffic")
    func list() async throws {
        try await DevSupport.withFolder { folder in
            try Data(Self.file.utf8).write(to: URL(filePath: folder + "/day.yaml"))
            let answer = try await Command.run(["topics", "list", "--folder", folder])
            #expect(answer.code == 0 && answer.error.isEmpty)
            #expect(
                answer.standard == """
                    day:{trip_id}:{day}  A day of a trip.
                      trip_id         bigint
                      day             text that matches [0-9]{1,3}
                      roles           authenticated
                      read            public.reads(trip_id) and day <> '0'
                      write           nobody
                      presence read   public.reads(trip_id) and day <> '0'
                      presence write  public.reads(trip_id) and day <> '0'
                      class           public.kind(trip_id)
                      depends on      trips
                      changes         items, plan.items
                      broadcast       cursor; 100 bytes at most, 5 a second
                      presence        yes, with 1500 ms of grace
                      retention       48 h
                      channels        at most 7 of a topic
                      file            \(folder)/day.yaml

                    """
            )
        }
    }

    @Test("list prints the same for programs")
    func json() async throws {
        try await DevSupport.withFolder { folder in
            try Data(Self.file.utf8).write(to: URL(filePath: folder + "/day.yaml"))
            let answer = try await Command.run(
                ["topics", "list", "--json"],
                environment: ["WAYPOST_TOPICS_FOLDER": folder]
            )
            #expect(answer.code == 0)
            let parsed = try JSONSerialization.jsonObject(with: Data(answer.standard.utf8))
            let families = try #require(parsed as? [[String: Any]])
            let family = try #require(families.first)
            #expect(family["family"] as? String == "day")
            #expect(family["changes"] as? [String] == ["public.items", "plan.items"])
            let rules = try #require(family["rules"] as? [String: Any])
            #expect(rules["write"] is NSNull)
            #expect(rules["read"] as? String == "public.reads(trip_id)\n  and day <> '0'")
        }
    }

    @Test("Everything that is wrong is told by file and line, with exit code 1")
    func problems() async throws {
        try await DevSupport.withFolder { folder in
            for name in ["a", "b"] {
                let text = "topic: \(name):{id}\nparameters: { id: int }\nmembers: { red: x }\n"
                try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name).yaml"))
            }
            let answer = try await Command.run(["topics", "list", "--folder", folder])
            #expect(answer.code == 1 && answer.standard.isEmpty)
            let lines = answer.error.split(separator: "\n")
            for name in ["a", "b"] {
                let begin = "\(folder)/\(name).yaml:"
                #expect(lines.contains { $0.hasPrefix(begin + "2: error: the parameter `id`") })
                #expect(lines.contains { $0.hasPrefix(begin + "3: error: unknown key `red`") })
            }
        }
    }

    @Test("A folder without topic files is said, one that is not there is an error")
    func empty() async throws {
        try await DevSupport.withFolder { folder in
            let none = try await Command.run(["topics", "list", "--folder", folder])
            #expect(none.code == 0 && none.standard == "no topic file (*.yaml) in \(folder)\n")
            // The folder of this name is the default.
            let gone = try await Command.run(["topics", "list"], folder: folder)
            #expect(gone.code == 1 && gone.error.contains("cannot read the folder topics"))
        }
    }
}
