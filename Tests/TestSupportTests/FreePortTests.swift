import TestSupport
import Testing

@Suite struct FreePortTests {
    @Test("Every call gives another port, below those the kernel gives out")
    func distinct() {
        let ports = (0..<100).map { _ in FreePort.next() }
        #expect(Set(ports).count == 100)
        #expect(ports.allSatisfy { (20_000..<32_000).contains($0) })
    }
}
