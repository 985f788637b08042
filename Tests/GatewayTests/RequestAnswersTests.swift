import Testing

@testable import Gateway

@Suite struct RequestAnswersTests {
    @Test("A bearer token is found whatever the scheme's case, and in nothing else")
    func bearer() {
        for header in ["Bearer a.b.c", "bearer a.b.c", "BEARER  a.b.c "] {
            #expect(RequestAnswers.bearerToken(header) == "a.b.c")
        }
        for header in ["", "Basic a", "a.b.c", "Bearer", "Bearera"] {
            #expect(RequestAnswers.bearerToken(header) == nil)
        }
    }

    @Test("A media type is what stands before its parameters")
    func mediaType() {
        #expect(RequestAnswers.mediaType("Application/JSON; charset=utf-8") == "application/json")
        #expect(RequestAnswers.mediaType("application/json ;a=b") == "application/json")
        #expect(RequestAnswers.mediaType(nil).isEmpty)
    }
}
