import Development
import Gateway
import Wire

/// What `waypost dev` prints once it serves.
enum DevelopmentReport {
    /// For people.
    static func text(_ ready: DevelopmentRun.Ready) -> String {
        let people = ready.content.people.map { person in
            "  \(person.name)  \(person.id)\n    \(person.token)"
        }
        return """

            Waypost serves at \(ready.addresses.url)

            Open that page, pick a person and a trip, and change the trip:
              \(ready.commands.change)

            Watch it in a terminal:
              \(ready.commands.watch)

            Tokens of the demonstration people, good for 30 days:
            \(people.joined(separator: "\n"))

            Metrics: http://\(ready.addresses.adminHost):\(ready.addresses.adminPort)/metrics
            Ctrl-C stops everything.
            """
    }

    /// For programs: one line.
    static func json(_ ready: DevelopmentRun.Ready) -> String {
        let people = ready.content.people.map { person in
            object([
                ("name", .string(person.name)), ("id", .string(person.id)),
                ("token", .string(person.token)),
            ])
        }
        let trips = ready.content.trips.map { trip in
            object([("id", .string(trip.id)), ("name", .string(trip.name))])
        }
        return object([
            ("url", .string(ready.addresses.url)),
            ("adminPort", .number("\(ready.addresses.adminPort)")),
            ("dsn", .string(ready.dsn)),
            ("people", .array(people)),
            ("trips", .array(trips)),
        ]).text.text
    }

    private static func object(_ members: [(String, JSON)]) -> JSON {
        .object(members.map { JSON.Member(key: $0.0, value: $0.1) })
    }
}
