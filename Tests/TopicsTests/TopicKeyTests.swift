import Testing
import Topics

@Suite struct TopicKeyTests {
    @Test("The private and the public topic of one name are two")
    func worlds() throws {
        let name = try TopicName("trip:42")
        let keys: Set = [
            TopicKey(name: name, isPrivate: true), TopicKey(name: name, isPrivate: false),
            TopicKey(name: name, isPrivate: true),
        ]
        #expect(keys.count == 2)
    }
}
