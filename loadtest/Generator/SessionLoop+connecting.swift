internal import FoundationEssentials
internal import LoadChecks
internal import LoadResults
internal import LoadScenarios
internal import Tokens
internal import WebSocketClient

/// How sessions come, go, and come back.
extension SessionLoop {
    /// Handshakes at once, all generators together; a gateway counts those of one address.
    static let handshakeCountMax = 48
    /// How long a handshake, a close or a join may take, in nanoseconds.
    static let patience: UInt64 = 10 * secondLength

    /// Connects a session, or lets it wait for its turn, which counts as a part of connecting.
    func connect(_ session: Int, due: UInt64) {
        sessions[session].connectDue = due
        sessions[session].phase = .queued
        queue.append(session)
        connectNext()
    }

    private func connectNext() {
        let max = max(4, Self.handshakeCountMax / assignment.generatorCount)
        while handshakeCount < max, let session = queue.popFirst() { begin(session) }
    }

    private func begin(_ session: Int) {
        let token = token(for: session)
        let topic = channels[sessions[session].firstChannel].topic
        do {
            let address = try dialects[sessions[session].dialect].address(
                url: assignment.url,
                topic: topic,
                token: assignment.apiKey ?? token
            )
            let sources = assignment.sourceAddresses
            let source = sources.isEmpty ? nil : sources[session % sources.count]
            let connection = try swarm.begin(to: address, from: source, options: options)
            own(connection, session)
            handshakeCount += 1
            sessions[session].token = token
            sessions[session].connection = connection
            sessions[session].phase = .connecting
            sessions[session].epoch &+= 1
            later(.giveUp, session, at: MonotonicTime.nanoseconds + Self.patience)
        } catch let error as WebSocketFailure {
            if !hasReached { failure = Self.unreachable(assignment.url, error) }
            failToConnect(session, "\(error)", MonotonicTime.nanoseconds)
        } catch {
            failure = GeneratorFailure("The URL \(assignment.url) cannot be used: \(error)")
        }
    }

    private var options: WebSocketOptions {
        var options = WebSocketOptions()
        if let file = assignment.certificateFile { options.trust = .file(path: file) }
        // What is measured is the server: its texts are searched for marks, byte by byte.
        options.checksTexts = false
        return options
    }

    private func own(_ connection: Int, _ session: Int) {
        while owners.count <= connection { owners.append(-1) }
        owners[connection] = Int32(session)
    }

    /// A handshake is over.
    func opened(_ connection: Int, now: UInt64) {
        let session = Int(owners[connection])
        guard session >= 0 else { return }
        handshakeCount -= 1
        openCount += 1
        hasReached = true
        sessions[session].phase = .open
        sessions[session].failureCount = 0
        sessions[session].readsSince = 0
        tally.record(.connect, nanoseconds: now - min(now, sessions[session].connectDue))
        let dialect = dialects[sessions[session].dialect]
        if let greeting = dialect.greeting { send(greeting, from: session) }
        for slot in 0..<sessions[session].channelCount { join(session, slot, due: now) }
        sessions[session].token = nil
        if let interval = dialect.heartbeatInterval {
            later(.heartbeat, session, at: now + UInt64(interval / .nanoseconds(1)))
        }
        connectNext()
    }

    /// A connection ended by itself.
    func ended(_ connection: Int, _ ending: ClientSwarm.Ending, now: UInt64) {
        let session = Int(owners[connection])
        swarm.forget(connection)
        guard session >= 0 else { return }
        let wasClosing = sessions[session].phase == .closing
        guard ending.wasOpen else {
            handshakeCount -= 1
            if !hasReached { failure = Self.unreachable(assignment.url, ending.failure) }
            away(session, now, isClean: false)
            failToConnect(session, Self.words(ending), now)
            connectNext()
            return
        }
        if !wasClosing { tally.fail(Self.words(ending)) }
        away(session, now, isClean: wasClosing && ending.code != nil)
        comeBack(session, now)
    }

    /// Cuts a connection from this side.
    func cut(_ session: Int, _ now: UInt64) {
        let phase = sessions[session].phase
        guard phase == .connecting || phase == .open || phase == .closing else { return }
        if phase == .connecting { handshakeCount -= 1 }
        let connection = sessions[session].connection
        swarm.drop(connection)
        swarm.forget(connection)
        away(session, now, isClean: false)
        comeBack(session, now)
        connectNext()
    }

    private func away(_ session: Int, _ now: UInt64, isClean: Bool) {
        if sessions[session].phase != .connecting { openCount -= 1 }
        owners[sessions[session].connection] = -1
        sessions[session].connection = -1
        sessions[session].phase = .away
        sessions[session].epoch &+= 1
        sessions[session].isPaused = false
        sessions[session].pending = []
        sessions[session].rest = []
        sessions[session].ref = 0
        sessions[session].answeredRef = 0
        for slot in 0..<sessions[session].channelCount {
            part(from: sessions[session].firstChannel + slot, isClean: isClean, of: session)
            channels[sessions[session].firstChannel + slot].expectsClosed = false
        }
    }

    /// Plans the next connection of a session that is away.
    private func comeBack(_ session: Int, _ now: UInt64) {
        settle(session)
        let pause = sessions[session].plannedPause ?? backoff(session)
        sessions[session].plannedPause = nil
        if sessions[session].returnDue == 0 { sessions[session].returnDue = now + pause }
        later(.connect, session, at: now + pause)
    }

    private func failToConnect(_ session: Int, _ reason: String, _ now: UInt64) {
        tally.fail(reason)
        sessions[session].phase = .away
        comeBack(session, now)
    }

    /// As supabase-js waits: from half a second to eight, and a little by chance.
    func backoff(_ session: Int) -> UInt64 {
        let exponent = min(4, sessions[session].failureCount)
        sessions[session].failureCount = min(100, sessions[session].failureCount + 1)
        let longest = Self.secondLength << UInt64(exponent) / 2
        return UInt64.random(in: (longest / 2)...longest, using: &random)
    }

    /// The first attempt to join everything is over, well or badly.
    func settle(_ session: Int) {
        guard !sessions[session].isSettled else { return }
        sessions[session].isSettled = true
        unsettledCount -= 1
    }

    /// A fresh token; nil where the population has no role or the server asks for none.
    func token(for session: Int) -> String? {
        let population = plan(of: session)
        guard let tokens, let role = population.role else { return assignment.apiKey }
        let number = sessions[session].place.number
        let group = population.group(of: number)
        let now = Int64(Date.now.timeIntervalSince1970)
        return try? tokens.mint(
            role: role,
            sub: population.sub.filled(session: number, group: group),
            expiresAt: now + 86_400,
            issuedAt: now - 60
        )
    }

    private static func words(_ ending: ClientSwarm.Ending) -> String {
        if let code = ending.code { return "close \(code)" }
        return switch ending.failure {
        case .handshake(.refused(let answer)): "handshake \(answer.status)"
        case .some(let failure): "\(failure)"
        case nil: ending.wasOpen ? "connection lost" : "handshake cut"
        }
    }

    private static func unreachable(
        _ url: String,
        _ failure: WebSocketFailure?
    ) -> GeneratorFailure {
        switch failure {
        case .handshake(.refused(let answer)) where answer.status == 401 || answer.status == 403:
            GeneratorFailure(
                "\(url) refuses the token (\(answer.status)). Is the secret the one that it "
                    + "verifies tokens with?"
            )
        case .handshake(.refused(let answer)):
            GeneratorFailure("\(url) refuses WebSockets with status \(answer.status).")
        case .some(let failure):
            GeneratorFailure("\(url) cannot be reached: \(failure). Is the server running?")
        case nil: GeneratorFailure("\(url) ends connections before their handshake is over.")
        }
    }
}
