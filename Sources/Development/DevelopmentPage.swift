import Gateway
import Locking
import Wire

/// The small page of `waypost dev`: its files, and what it needs to know, by path.
final class DevelopmentPage: Sendable {
    private let content: DemonstrationPeople
    private let commands = Locked<DevelopmentCommands?>(nil)

    init(content: DemonstrationPeople) { self.content = content }

    /// Learns the commands, which name the port that the node got.
    func learn(_ commands: DevelopmentCommands) { self.commands.withLock { $0 = commands } }

    /// The files and the people, trips and commands that the page shows.
    var files: [String: GatewayConfiguration.Page] {
        [
            "/": GatewayConfiguration.Page(contentType: "text/html; charset=utf-8") {
                PackageResources.index_html
            },
            "/page.js": GatewayConfiguration.Page(contentType: "text/javascript; charset=utf-8") {
                PackageResources.page_js
            },
            "/dev/info.json": GatewayConfiguration.Page(contentType: "application/json") {
                self.info.text.bytes
            },
        ]
    }

    private var info: JSON {
        let commands = commands.withLock { $0 }
        let people = content.people.map { person in
            Self.object(("name", person.name), ("id", person.id), ("token", person.token))
        }
        let trips = content.trips.map { trip in
            Self.object(("id", trip.id), ("name", trip.name))
        }
        let ready = Self.object(
            ("watch", commands?.watch ?? ""),
            ("change", commands?.change ?? "")
        )
        return .object([
            JSON.Member(key: "people", value: .array(people)),
            JSON.Member(key: "trips", value: .array(trips)),
            JSON.Member(key: "commands", value: ready),
        ])
    }

    private static func object(_ members: (String, String)...) -> JSON {
        .object(members.map { JSON.Member(key: $0.0, value: .string($0.1)) })
    }
}
