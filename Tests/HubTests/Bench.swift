import Hub
import Topics
import Wire

/// A hub with its recorder and its clocks, and short ways to talk to it.
final class Bench {
    let port = RecordingPort()
    let hub: Hub
    let interest: Interest
    var time = HubTime(now: .now, unixSeconds: 1_000)
    private var connectionCount: UInt64 = 0

    /// Whether the reader reads on as soon as a question is answered.
    var readsOnAtOnce = true

    init(
        loop: Int = 0,
        of loopCount: Int? = nil,
        allowance: SharedAllowance = SharedAllowance(.node, RateLimits()),
        interest: Interest = Interest(),
        channelCounts: ChannelCounts = ChannelCounts(),
        limits: (inout HubLimits) -> Void = { _ in }
    ) {
        var values = HubLimits()
        values.publicChannels = .allow
        values.recheckInterval = .zero
        limits(&values)
        self.interest = interest
        hub = Hub(
            loop: loop,
            of: loopCount ?? loop + 1,
            limits: values,
            allowance: allowance,
            interest: interest,
            channelCounts: channelCounts,
            port: port
        )
        for name in ["ana", "ben"] {
            port.identities[name] = Self.identity(name, expiresAt: 5_000)
        }
    }

    static func identity(_ name: String, expiresAt: Int64) -> Identity {
        Identity(
            token: name,
            caller: Caller(role: "authenticated", claims: #"{"sub":"\#(name)"}"#, headers: "{}"),
            sub: name,
            expiresAt: expiresAt
        )
    }

    func connect(
        _ serializer: Serializer = .v2,
        as name: String = "anon",
        sharing allowances: [SharedAllowance] = []
    ) -> ConnectionNumber {
        connectionCount += 1
        let number = ConnectionNumber(rawValue: connectionCount)
        hub.opened(
            number,
            serializer: serializer,
            identity: Self.identity(name, expiresAt: 9_000),
            allowances: allowances
        )
        return number
    }

    func say(_ text: String, on connection: ConnectionNumber) {
        hub.received(Array(text.utf8), from: connection, time: time)
    }

    func join(
        _ topic: String,
        ref: String = "1",
        config: String = #""private":true"#,
        token: String? = nil,
        on connection: ConnectionNumber
    ) {
        let access = token.map { #","access_token":"\#($0)""# } ?? ""
        say(
            #"["\#(ref)","\#(ref)","realtime:\#(topic)","phx_join",{"config":{\#(config)}\#(access)}]"#,
            on: connection
        )
    }

    func answer(_ answer: AccessAnswer) {
        let question = port.questions.removeFirst()
        hub.answered(
            question.number,
            connection: question.connection,
            topic: question.topic,
            answer,
            time: time
        )
        if readsOnAtOnce { readOn() }
    }

    /// A connection that has joined privately with everything allowed, its reply taken away.
    func member(
        of topic: String,
        config: String = #""private":true"#,
        verdict: Verdict = .all,
        sharing allowances: [SharedAllowance] = []
    ) -> ConnectionNumber {
        let number = connect(sharing: allowances)
        join(topic, config: config, on: number)
        answer(.verdict(verdict))
        _ = port.take(number)
        return number
    }

    /// The reader has read on as asked.
    func readOn() {
        let passages = port.passages
        port.passages = []
        for number in passages { hub.caughtUp(number, time: time) }
    }

    func pass(seconds: Int64) {
        time = HubTime(
            now: time.now.advanced(by: .seconds(seconds)),
            unixSeconds: time.unixSeconds + seconds
        )
    }
}
