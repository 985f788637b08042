import ArgumentParser
import Testing

@testable import loadtest

@Suite struct CoreLayoutTests {
    private func layout(_ coreCount: Int, _ arguments: [String] = []) throws -> CoreLayout {
        try CoreLayout(coreCount: coreCount, GeneratingOptions.parse(arguments))
    }

    @Test(
        "Cores that the machine does not have are refused",
        arguments: ["2", "0-2", "1-0", "a", "0,", "0,,1", "-1"]
    )
    func refused(text: String) throws {
        let error = #expect(throws: Unusable.self) {
            _ = try layout(2, ["--generator-cores=\(text)"])
        }
        #expect(error?.description.contains("from 0 to 1") == true)
    }

    @Test("Cores cannot be named where nothing is pinned")
    func unpinned() {
        #expect(throws: Unusable.self) { _ = try layout(4, ["--unpinned", "--server-cores=1"]) }
        #expect(throws: Unusable.self) { _ = try layout(1, ["--server-cores=0"]) }
    }

    @Test("On one core, and where it is wanted, nothing is pinned")
    func free() throws {
        #expect(try layout(1).generating.isEmpty)
        #expect(try layout(4, ["--unpinned"]).serving.isEmpty)
        #expect(try layout(4, ["--unpinned"]).loopCount == 4)
        #expect(try layout(1).cores(ofGenerator: 0).isEmpty)
    }

    @Test("Both sides have cores of their own")
    func shared() throws {
        #expect(try layout(2).serving == [0])
        #expect(try layout(2).generating == [1])
        #expect(try layout(8).serving == [0, 1, 2, 3])
        #expect(try layout(8).generating == [4, 5, 6, 7])
        #expect(try layout(3).generating == [2])
        #expect(try layout(4, ["--server-cores=2-3"]).generating == [1])
        #expect(try layout(4, ["--generator-cores=0,2"]).serving == [1, 3])
        #expect(try layout(2, ["--generator-cores=0-1"]).serving == [0, 1])
    }

    @Test("Generators take their cores by turns")
    func turns() throws {
        let layout = try layout(8)
        #expect((0..<6).map { layout.cores(ofGenerator: $0) } == [[4], [5], [6], [7], [4], [5]])
    }
}
