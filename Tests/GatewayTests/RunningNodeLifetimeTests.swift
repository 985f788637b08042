import Outbox
import TestSupport
import Testing

@testable import Gateway

/// What stays of a node.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct RunningNodeLifetimeTests {
    @Test("Nothing of a node is kept once it has ended")
    func ended() async throws {
        weak var node: RunningNode?
        weak var keeper: PartitionKeeper?
        weak var status: NodeStatus?
        try await TestNode.with { test in
            let ben = try Member(test, .ben)
            try ben.joined("trip:1")
            node = test.running
            keeper = test.running.keeper
            status = test.running.status
            ben.drop()
        }
        #expect(await eventually { node == nil })
        #expect(await eventually { keeper == nil })
        #expect(await eventually { status == nil })
    }
}
