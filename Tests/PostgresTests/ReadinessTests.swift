import Locking
import Postgres
import Testing

@Suite struct ReadinessTests {
    @Test("A descriptor with something to read ends the wait")
    func readable() throws {
        let pipe = try WakePipe()
        let silent = try WakePipe()
        pipe.wake()
        let ready = Readiness.wait(
            readable: [pipe.descriptor, silent.descriptor],
            timeout: .seconds(10)
        )
        #expect(ready == [pipe.descriptor])
    }

    @Test("Without anything to read the wait lasts as long as allowed, and no shorter")
    func timeout() throws {
        let pipe = try WakePipe()
        let start = ContinuousClock.now
        #expect(Readiness.wait(readable: [pipe.descriptor], timeout: .microseconds(30_500)).isEmpty)
        #expect(ContinuousClock.now - start >= .microseconds(30_500))
    }

    @Test("A wait of zero only looks")
    func look() throws {
        let pipe = try WakePipe()
        #expect(Readiness.wait(readable: [pipe.descriptor], timeout: .zero).isEmpty)
        #expect(Readiness.wait(readable: [pipe.descriptor], timeout: .seconds(-1)).isEmpty)
        pipe.wake()
        #expect(Readiness.wait(readable: [pipe.descriptor], timeout: .zero) == [pipe.descriptor])
    }

    @Test("A negative descriptor is ignored")
    func negative() {
        #expect(Readiness.wait(readable: [-1], timeout: .zero).isEmpty)
    }
}
