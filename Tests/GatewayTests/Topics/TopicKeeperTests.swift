import Observation
import TestSupport
import Testing
import Topics

@testable import Gateway

/// Files that change while a node runs, without the node.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct TopicKeeperTests {
    /// A keeper whose observations and contracts are kept.
    private final class Stage {
        let keeper: TopicKeeper
        private let lines = Kept<String>()
        private let published = Kept<TopicContract>()

        init(_ folder: TopicFolder, dsn: String) async throws {
            let (lines, published) = (lines, published)
            let configuration = try await TestNode.configuration(
                dsn,
                [.topicsFolder: folder.path, .topicsLookSeconds: "1"]
            )
            keeper = try TopicKeeper(configuration) { observation in
                guard case .topics(let seen) = observation else { return }
                let line =
                    switch seen {
                    case .loaded(let count): "loaded \(count)"
                    case .unchanged: "unchanged"
                    case .kept(let reason): "kept \(reason)"
                    case .problem(let place, let message, _): "\(place ?? "-"): \(message)"
                    }
                lines.append(line)
            }
            keeper.start { contract in published.append(contract) }
        }

        deinit { keeper.stop() }

        /// What was told since the last call, once a line with the text is among it.
        func told(_ text: String) async throws -> [String] {
            let isThere = await eventually { self.lines.all.contains { $0.contains(text) } }
            let all = lines.takeAll()
            try #require(isThere, "\(text): \(all)")
            return all
        }

        var publishedCount: Int { published.all.count }
        var served: ServedTopics { keeper.served }
    }

    private static let note = """
        topic: note:{id}
        parameters: { id: bigint }
        members: { read: "true" }
        """

    @Test("Files that are wrong keep a node from starting, with everything that is wrong")
    func malformed() async throws {
        let folder = try TopicFolder(["a.yaml": "topic: 7\nwrong: 1\n", "b.yaml": "[1]\n"])
        let configuration = try await TestNode.configuration(
            "host=127.0.0.1",
            [.topicsFolder: folder.path]
        )
        let failure = #expect(throws: NodeFailure.self) {
            _ = try RunningNode(configuration)
        }
        let text = try #require(failure).description
        #expect(text.contains("a.yaml:2") && text.contains("b.yaml:1"))
        #expect(failure?.isConfiguration == true)
        let problems = #expect(throws: ConfigurationProblems.self) {
            try configuration.checkFiles()
        }
        #expect(problems?.problems.contains { $0.contains("a.yaml:2") } == true)
    }

    @Test("Without a folder there is nothing to wait for")
    func noFolder() async throws {
        let configuration = try await TestNode.configuration("host=127.0.0.1")
        let keeper = try TopicKeeper(configuration) { _ in }
        #expect(keeper.served.isChecked && keeper.served.contract == .none)
        keeper.start { _ in }
        keeper.stop()
    }

    @Test("A database that is away is asked until it answers; only then are files checked")
    func away() async throws {
        let folder = try TopicFolder(["note.yaml": Self.note])
        let stage = try await Stage(folder, dsn: "host=127.0.0.1 port=\(FreePort.next())")
        #expect(try await stage.told("kept") == ["kept away"])
        #expect(!stage.served.isChecked)
        #expect(stage.served.contract.families.map(\.name) == ["note"])
    }

    @Test("Files are taken as a whole: changed and right they are served, wrong they are not")
    func changes() async throws {
        let folder = try TopicFolder(["note.yaml": Self.note])
        try await TestDatabase.with(.demonstration) { database in
            try folder.apply(to: database)
            let stage = try await Stage(folder, dsn: database.waypostDSN)
            #expect(try await stage.told("loaded").last == "loaded 1")
            #expect(stage.served.isChecked && stage.publishedCount == 0)

            try folder.write("note.yaml", Self.note + "\nbroadcast: none\n")
            #expect(try await stage.told("loaded").last == "loaded 1")
            #expect(stage.publishedCount == 1)
            #expect(stage.served.contract.families[0].broadcast.names == [])

            try folder.write("other.yaml", "topic: 7")
            try folder.write("note.yaml", Self.note)
            let wrong = try await stage.told("kept malformed")
            #expect(wrong.contains { $0.contains("other.yaml:1") })
            #expect(stage.served.contract.families[0].broadcast.names == [])
            #expect(!stage.served.isCurrent && stage.served.isChecked)

            try folder.remove("other.yaml")
            #expect(try await stage.told("loaded").last == "loaded 1")
            #expect(stage.served.isCurrent && stage.publishedCount == 2)
            stage.keeper.reload()
            #expect(try await stage.told("unchanged") == ["unchanged"])
            #expect(stage.publishedCount == 2)
        }
    }

    @Test("Files that the database does not fit are not served until somebody applies them")
    func unfit() async throws {
        let folder = try TopicFolder([:])
        try await TestDatabase.with(.demonstration) { database in
            try folder.apply(to: database)
            let stage = try await Stage(folder, dsn: database.waypostDSN)
            #expect(try await stage.told("loaded").last == "loaded 0")
            try folder.write("note.yaml", Self.note)
            let told = try await stage.told("kept unfit")
            #expect(told.contains { $0.contains("note.yaml:") && $0.contains("apply") })
            #expect(stage.served.contract == .none && !stage.served.isCurrent)
            try folder.apply(to: database)
            #expect(try await stage.told("loaded").last == "loaded 1")
            #expect(stage.served.isCurrent && stage.publishedCount == 1)
        }
    }
}
