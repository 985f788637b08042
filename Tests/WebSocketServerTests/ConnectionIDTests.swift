import Testing
@testable import WebSocketServer

@Suite struct ConnectionIDTests {
    @Test("Slot and generation come back out of the number", arguments: [0, 1, 77, 1 << 20])
    func parts(slot: Int) {
        for generation: UInt32 in [0, 1, .max] {
            let id = ConnectionID(slot: slot, generation: generation)
            #expect(id.slot == slot)
            #expect(id.generation == generation)
            #expect(ConnectionID(rawValue: id.rawValue) == id)
        }
    }
}
