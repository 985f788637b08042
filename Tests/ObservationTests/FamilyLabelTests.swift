import Observation
import Testing

@Suite struct FamilyLabelTests {
    @Test(
        "A family shows only when it cannot name a person or a thing",
        arguments: [
            ("trip:42", "trip"),
            ("chat-session_2:6f1c:x", "chat-session_2"),
            ("trip", "other"),
            ("", "other"),
            (":42", "other"),
            ("Ann:42", "other"),
            ("ann@example.org:1", "other"),
            ("naïve:1", "other"),
            (String(repeating: "a", count: 32) + ":1", String(repeating: "a", count: 32)),
            (String(repeating: "a", count: 33) + ":1", "other"),
            (String(repeating: "a", count: 100_000), "other"),
        ]
    )
    func families(topic: String, family: String) {
        #expect(FamilyLabel(topic: topic).text == family)
    }
}
