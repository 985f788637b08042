import Testing

@testable import Wire

@Suite struct JoinRefusalTests {
    @Test(
        "Every refusal has the text that libraries know",
        arguments: [
            (.unmatchedTopic, "unmatched topic"),
            (.topicNameRequired, "TopicNameRequired: You must provide a topic name"),
            (.tokenExpired(secondsAgo: 9), "InvalidJWTToken: Token has expired 9 seconds ago"),
            (.tokenFieldsMissing, "InvalidJWTToken: Fields `role` and `exp` are required in JWT"),
            (.tokenExpirationInvalid, "InvalidJWTToken: Token expiration time is invalid"),
            (.tokenMalformed, "MalformedJWT: The token provided is not a valid JWT"),
            (.tokenSignatureInvalid, "JwtSignatureError: Failed to validate JWT signature"),
            (
                .tokenSignerUnknown(keyID: nil),
                "JwtSignerError: Failed to generate JWT signer, "
                    + "check your JWT secret or JWKS configuration"
            ),
            (
                .tokenSignerUnknown(keyID: "k1"),
                "JwtSignerError: Failed to generate JWT signer for key ID (kid) \"k1\", "
                    + "check your JWT secret or JWKS configuration"
            ),
            (
                .unauthorized(topic: "trip:42"),
                "Unauthorized: You do not have permissions to read from this Channel topic: "
                    + "trip:42"
            ),
            (.channelRateLimitReached, "ChannelRateLimitReached: Too many channels"),
            (
                .clientJoinRateLimitReached,
                "ClientJoinRateLimitReached: Too many joins per second"
            ),
            (.privateOnly, "PrivateOnly: This project only allows private channels"),
            (.realtimeRestarting, "RealtimeRestarting: Realtime is restarting, please standby"),
            (
                .unableToConnectToProject,
                "UnableToConnectToProject: Realtime was unable to connect to the project database"
            ),
            (.unableToSetPolicies, "Realtime was unable to connect to the project database"),
            (
                .initializingProjectConnection,
                "InitializingProjectConnection: Realtime is initializing the project connection"
            ),
            (
                .databaseLackOfConnections,
                "DatabaseLackOfConnections: Database can't accept more connections, Realtime "
                    + "won't connect"
            ),
            (
                .increaseConnectionPool,
                "IncreaseConnectionPool: Please increase your connection pool size"
            ),
            (.queryCanceled, "QueryCanceled: canceling statement due to statement timeout"),
            (
                .replayFailed,
                "UnableToReplayMessages: Realtime was unable to replay messages"
            ),
            (.replayMalformed, "UnableToReplayMessages: Replay params are not valid"),
            (
                .replayNotAllowed,
                "UnableToReplayMessages: Replay is not allowed for public channels"
            ),
        ] as [(JoinRefusal, String)]
    )
    func reasons(refusal: JoinRefusal, reason: String) throws {
        #expect(refusal.reason == reason)
        #expect(try JSON(parsing: refusal.response.bytes)["reason"]?.stringValue == reason)
        #expect(reason.hasPrefix("\(refusal.code): ") || !reason.contains(":"))
    }

    @Test("Only joining too fast ends the connection")
    func closes() {
        #expect(JoinRefusal.clientJoinRateLimitReached.closeCode == .goingAway)
        #expect(JoinRefusal.channelRateLimitReached.closeCode == nil)
        #expect(JoinRefusal.unauthorized(topic: "x").closeCode == nil)
    }

    @Test("What only a person can change is not to be repeated")
    func advice() {
        #expect(!JoinRefusal.unauthorized(topic: "x").advice.mayRepeat)
        #expect(!JoinRefusal.tokenExpired(secondsAgo: 1).advice.mayRepeat)
        #expect(JoinRefusal.unableToConnectToProject.advice.mayRepeat)
        #expect(JoinRefusal.realtimeRestarting.advice == .reconnect)
    }
}
