import Observation
import Testing
import Tokens
import WebSocketClient

@testable import Gateway

@Suite struct KeyReadingTests {
    private static let url = KeySource.jwksURL("http://issuer/", authorities: nil)
    private static let file = KeySource.jwksFile(path: "keys.json")
    private static let empty = Array(#"{"keys":[]}"#.utf8)
    private static let one = Array(
        (#"{"keys":[{"kty":"OKP","crv":"Ed25519","#
            + #""x":"SEsoaxsb--oKIV1G8PJ9qLmV5oyJ3NKfPnVV30bxaGM"}]}"#)
            .utf8
    )

    @Test("Whatever goes wrong, the keys stay", arguments: [url, file])
    func failures(source: KeySource) {
        var reading = KeyReading()
        let first = reading.take(.success(Self.one), of: source)
        #expect(first.outcome == .changed && reading.set?.count == 1)
        #expect(first.observation == .loaded(source.observed, keyCount: 1, skippedCount: 0))
        let failures: [Result<[UInt8], KeyFailure>] = [
            .failure(.unreadable("keys.json")), .failure(.download(.timedOut)), .success([]),
            .success(Array("<html>".utf8)), .success(Array(repeating: 0x20, count: 262_145)),
        ]
        for failure in failures {
            #expect(reading.take(failure, of: source).outcome == .failed)
            #expect(reading.set?.count == 1)
        }
        #expect(reading.take(.success(Self.one), of: source).outcome == .unchanged)
        #expect(reading.take(.success(Self.empty), of: source).outcome == .changed)
        #expect(reading.set?.count == 0, "an issuer may take all keys back")
    }

    @Test("A secret that anybody can fetch is no key; in a file it is")
    func secrets() {
        let secret = String(repeating: "A", count: 43)
        let set = Array(#"{"keys":[{"kty":"oct","k":"\#(secret)"}]}"#.utf8)
        for (source, count) in [(Self.url, 0), (Self.file, 1)] {
            var reading = KeyReading()
            _ = reading.take(.success(set), of: source)
            #expect(reading.set?.count == count && reading.set?.skippedCount == 1 - count)
        }
    }

    @Test("What is wrong with a file is told once, of a fetch each time")
    func observations() {
        for (source, count) in [(Self.file, 1), (Self.url, 3)] {
            var reading = KeyReading()
            let told = (0..<3).compactMap { _ in
                reading.take(.success([]), of: source).observation
            }
            #expect(told.count == count)
            #expect(told.allSatisfy { $0 == .failed(source.observed, reason: "no_key_set") })
            _ = reading.take(.success(Self.one), of: source)
            let isTold = reading.take(.success(Self.one), of: source).observation != nil
            #expect(isTold == (source == Self.url))
            #expect(reading.take(.success([]), of: source).observation != nil, "it is news again")
        }
    }
}
