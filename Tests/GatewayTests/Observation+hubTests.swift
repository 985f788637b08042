import Hub
import Observation
import Testing
import Wire

@testable import Gateway

@Suite struct ObservationHubTests {
    @Test("Notices that say different things of a token have different codes")
    func codes() {
        let notices: [SystemNotice] = [
            .tokenExpired(secondsAgo: 1), .tokenFieldsMissing, .tokenExpirationInvalid,
            .tokenNotYetValid, .tokenClaimRefused(claim: "aud"), .tokenMalformed,
            .tokenSignatureInvalid, .tokenSignerUnknown(keyID: "planted"), .readDenied(topic: "t"),
        ]
        let codes = Set(notices.map(\.code))
        #expect(codes.count == notices.count)
        #expect(codes.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "_" } })
    }
}
