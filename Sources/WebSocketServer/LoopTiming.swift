/// The configuration's times, in ticks of the loop.
struct LoopTiming {
    let tickSeconds: Double
    let handshake: UInt32
    let ping: UInt32
    let idle: UInt32
    let close: UInt32
    let body: UInt32
    let answer: UInt32

    init(_ configuration: LoopConfiguration) {
        tickSeconds = max(0.001, configuration.tickInterval / .seconds(1))
        handshake = Self.ticks(configuration.handshakeTimeout, tickSeconds)
        ping = Self.ticks(configuration.pingInterval, tickSeconds)
        idle = Self.ticks(configuration.idleTimeout, tickSeconds)
        close = Self.ticks(configuration.closeTimeout, tickSeconds)
        body = Self.ticks(configuration.bodyTimeout, tickSeconds)
        answer = Self.ticks(configuration.answerTimeout, tickSeconds)
    }

    /// A duration in whole ticks, at least 1.
    func ticks(_ duration: Duration) -> UInt32 { Self.ticks(duration, tickSeconds) }

    private static func ticks(_ duration: Duration, _ tickSeconds: Double) -> UInt32 {
        let count = (duration / .seconds(1) / tickSeconds).rounded(.up)
        return UInt32(min(max(count, 1), 1e9))
    }

    /// The tick by which `count` whole ticks have passed, wherever in its tick `now` is.
    func deadline(after count: UInt32, from now: UInt32) -> UInt32 { now &+ count &+ 1 }
}
