import Testing

@testable import PostgresCluster

@Suite struct RunningClusterTests {
    @Test("Odd names are quoted for libpq")
    func quoted() {
        let cluster = RunningCluster(
            socketFolder: "/tmp/a b",
            dataFolder: "",
            log: "",
            processID: 1
        )
        #expect(
            cluster.dsn(database: #"it's a \ name"#, user: "waypost")
                == #"host='/tmp/a b' port='5432' dbname='it\'s a \\ name' user='waypost'"#
        )
    }

    @Test("Two spellings of a folder have one hash, two folders have two")
    func hash() {
        #expect(CanonicalPath.hash("/tmp/a/../b/") == CanonicalPath.hash("/tmp/b"))
        #expect(CanonicalPath.hash("/tmp/a") != CanonicalPath.hash("/tmp/b"))
        #expect(CanonicalPath.hash("/tmp/a").utf8.count == 16)
    }
}
