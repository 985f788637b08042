import Testing

@testable import PostgresCluster

@Suite struct SystemAccountTests {
    @Test("The account is found by its whole name")
    func found() {
        let passwords = """
            root:x:0:0:root:/root:/bin/bash
            postgres2:x:7:8::/:/bin/sh
            postgres:x:105:107:PostgreSQL,,,:/var/lib/postgresql:/bin/bash
            """
        let account = SystemAccount(name: "postgres", in: passwords)
        #expect(account?.userID == 105 && account?.groupID == 107)
    }

    @Test(
        "A missing account, a broken line and an account that is root are none",
        arguments: ["", "postgres:x", "postgres:x:a:b:::", "postgres:x:0:0:::"]
    )
    func none(passwords: String) {
        #expect(SystemAccount(name: "postgres", in: passwords) == nil)
    }
}
