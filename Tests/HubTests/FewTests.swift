import Testing

@testable import Hub

@Suite("A list of mostly one") struct FewTests {
    @Test("It does what an array does, whatever is added, replaced and taken", arguments: 1...20)
    func model(seed: UInt64) {
        var random = seed &* 0x9e37_79b9_7f4a_7c15
        func next(below bound: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((random >> 33) % UInt64(bound))
        }
        var few = Few<Int>()
        var array: ContiguousArray<Int> = []
        for step in 0..<200 {
            switch next(below: 3) {
            case 0:
                few.append(step)
                array.append(step)
            case 1 where !array.isEmpty:
                #expect(few.removeLast() == array.removeLast())
            case 2 where !array.isEmpty:
                let place = next(below: array.count)
                few[place] = step
                array[place] = step
            default: break
            }
            #expect(few.all == array)
            #expect(few.count == array.count && few.isEmpty == array.isEmpty)
            #expect(array.indices.allSatisfy { few[$0] == array[$0] })
        }
    }
}
