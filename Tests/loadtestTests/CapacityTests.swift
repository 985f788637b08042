import Testing

@testable import loadtest

@Suite struct CapacityTests {
    private func refusal(_ capacity: Capacity, _ connectionCount: Int) -> String? {
        do {
            try capacity.check(connectionCount)
            return nil
        } catch {
            return error.description
        }
    }

    private let machine = Capacity(
        generatorCount: 2,
        loopCount: 1,
        descriptorCountMax: 20_000,
        availableByteCount: 1 << 30
    )

    @Test("More connections than the own gateway may have files are refused, with what to do")
    func gatewayDescriptors() throws {
        let words = try #require(refusal(machine, 19_701))
        #expect(words.contains("the gateway may hold 19700"))
        #expect(words.contains("ulimit -n"))
        #expect(refusal(machine, 19_700) == nil)
    }

    @Test("Several loops do not get the same number each, so there is a rest")
    func severalLoops() {
        var several = machine
        several.loopCount = 2
        #expect(refusal(several, 19_700) != nil)
        #expect(refusal(several, 17_700) == nil)
    }

    @Test("More connections than generators may have files are refused, with how many would do")
    func generatorDescriptors() throws {
        var elsewhere = machine
        elsewhere.loopCount = 0
        #expect(refusal(elsewhere, 39_400) == nil)
        let words = try #require(refusal(elsewhere, 39_401))
        #expect(words.contains("--generators 3"))
    }

    @Test("More connections than there is memory for are refused, with how many would fit")
    func memory() throws {
        var small = machine
        small.availableByteCount = 24 << 20
        #expect(refusal(small, 1_024) == nil)
        let words = try #require(refusal(small, 1_025))
        #expect(words.contains("at most 1024 people"))
        small.loopCount = 0
        #expect(refusal(small, 2_048) == nil)
    }

    @Test("As many as there can be are not too many")
    func most() {
        for generatorCount in [1, 3] {
            for loopCount in [0, 1, 4] {
                for byteCount in [1 << 20, 1 << 28, 1 << 40] {
                    let capacity = Capacity(
                        generatorCount: generatorCount,
                        loopCount: loopCount,
                        descriptorCountMax: 20_000,
                        availableByteCount: byteCount
                    )
                    let most = capacity.connectionCountMax
                    #expect(refusal(capacity, most) == nil)
                    #expect(refusal(capacity, most + 1) != nil)
                }
            }
        }
    }
}
