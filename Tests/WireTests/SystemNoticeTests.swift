import Testing

@testable import Wire

@Suite struct SystemNoticeTests {
    @Test(
        "Every notice that ends a channel is an error with the text that libraries know",
        arguments: [
            (
                .replicationNotEstablished,
                "Replication connection was not established in time"
            ),
            (.tooManyMessages, "Too many messages per second"),
            (.tokenExpired(secondsAgo: 0), "Token has expired 0 seconds ago"),
            (.tokenFieldsMissing, "Fields `role` and `exp` are required in JWT"),
            (.tokenExpirationInvalid, "Token expiration time is invalid"),
            (.tokenMalformed, "The token provided is not a valid JWT"),
            (.tokenSignatureInvalid, ":signature_error"),
            (
                .tokenSignerUnknown(keyID: "k"),
                "Failed to generate JWT signer for key ID (kid) \"k\", "
                    + "check your JWT secret or JWKS configuration"
            ),
            (
                .readDenied(topic: "room:7"),
                "You do not have permissions to read from this Channel topic: room:7"
            ),
            (
                .readRevoked(topic: "room:7"),
                "You no longer have permission to read from this Channel topic: room:7"
            ),
            (
                .unableToConnectToProject,
                "Realtime was unable to connect to the project database"
            ),
            (.queryCanceled, "Query was cancelled, please try again"),
        ] as [(SystemNotice, String)]
    )
    func errors(notice: SystemNotice, message: String) throws {
        #expect(notice.message == message)
        #expect(notice.status == .error)
        #expect(notice.endsChannel)
        let payload = try JSON(parsing: notice.payload(channel: "room:7").bytes)
        #expect(payload["message"]?.stringValue == message)
        #expect(payload["extension"]?.stringValue == "system")
        #expect(payload["status"]?.stringValue == "error")
        #expect(payload["channel"]?.stringValue == "room:7")
    }

    @Test(
        "News are no errors, for some libraries leave the channel on one",
        arguments: [.replicationEstablished, .databaseAway, .databaseBack, .resync]
            as [SystemNotice]
    )
    func news(notice: SystemNotice) throws {
        #expect(notice.status == .ok)
        #expect(!notice.endsChannel)
        #expect(try JSON(parsing: notice.payload(channel: "t").bytes)["channel"] == .string("t"))
    }

    @Test("The notice of a restart names no channel")
    func disconnect() {
        #expect(
            SystemNotice.serverDisconnect.payload(channel: "room:7").text
                == #"{"extension":"system","status":"ok","message":"Server requested disconnect"}"#
        )
        #expect(SystemNotice.replicationEstablished.message == "Replication connection established")
    }
}
