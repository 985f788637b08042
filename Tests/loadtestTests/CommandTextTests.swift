import Testing

@testable import loadtest

@Suite struct CommandTextTests {
    @Test("Secrets are left out, however they are given")
    func secrets() {
        let text = CommandText.withoutSecrets([
            "/usr/bin/loadtest", "echo", "--token-secret", "s3cret", "--dsn=host=s3cret",
            "--api-key", "s3cret", "--gateway=token.secret=s3cret", "--gateway", "a=s3cret",
        ])
        #expect(!text.contains("s3cret"))
        #expect(
            text == "loadtest echo --token-secret … --dsn=… --api-key … --gateway=… --gateway …"
        )
    }

    @Test("What is typed again means the same")
    func quoting() {
        let words = ["loadtest", "a b", "--set", "x=$y", "it's", "", "p99=50ms,errors=0"]
        #expect(
            CommandText.withoutSecrets(words)
                == "loadtest 'a b' --set 'x=$y' 'it'\\''s' '' p99=50ms,errors=0"
        )
    }
}
