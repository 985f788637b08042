import Glibc
import Testing
import WebSocketServer

@Suite struct DescriptorLimitTests {
    @Test("The soft limit rises to the hard one, and no further than asked")
    func raise() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit(rlim_cur: 100, rlim_max: 900)
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            precondition(DescriptorLimit.raise(ceiling: 500) == 500)
            precondition(DescriptorLimit.raise() == 900)
            precondition(DescriptorLimit.raise(ceiling: 50) == 900, "it never sinks")
        }
    }

    @Test("Connections share what the reserve leaves")
    func connections() {
        #expect(DescriptorLimit.connectionCountMax(limit: 20_256, loopCount: 2) == 10_000)
        #expect(DescriptorLimit.connectionCountMax(limit: 1_000, loopCount: 3, reserve: 100) == 300)
        #expect(DescriptorLimit.connectionCountMax(limit: 10, loopCount: 2) == 1)
    }
}
