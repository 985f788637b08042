import Subprocess
import Testing

@testable import PostgresCluster

@Suite struct SupervisionTests {
    @Test("Another account is taken on by setpriv, never between fork and exec")
    func account() throws {
        let account = try #require(SystemAccount(name: "postgres", in: "postgres:x:105:107:::"))
        let shell = try Supervision.shell("true", ["one"], as: account)
        #expect(shell.program == "/usr/bin/setpriv")
        #expect(
            shell.arguments == [
                "--reuid=105", "--regid=107", "--clear-groups", "--", "/bin/sh", "-c", "true",
                "waypost-postgres", "one",
            ]
        )
        let options = Supervision.options
        #expect(options.userID == nil && options.groupID == nil)
        #expect(options.supplementaryGroups == nil && options.createSession)
    }

    @Test("Our own account needs no other program")
    func own() throws {
        let shell = try Supervision.shell("true", ["one"], as: nil)
        #expect(shell.program == "/bin/sh")
        #expect(shell.arguments == ["-c", "true", "waypost-postgres", "one"])
    }
}
