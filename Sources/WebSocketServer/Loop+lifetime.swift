internal import CLibWebSockets
internal import Wire

extension Loop {
    /// The handshake is answered: the link is a connection now.
    func established(_ link: Link, wsi: OpaquePointer) {
        guard let acceptance = link.acceptance else { return }
        link.acceptance = nil
        removeHalfOpen(link)
        // libwebsockets tells about the end of its own close handshakes only where this is set.
        unsafe lws_set_wsi_user(wsi, Unmanaged.passUnretained(link).toOpaque())
        link.phase = .open
        link.heardAt = tick
        link.pingedAt = tick
        if let slot = freeSlots.popLast() {
            link.slot = slot
            slots[Int(slot)] = link
        } else {
            link.slot = Int32(slots.count)
            slots.append(link)
            generations.append(0)
        }
        link.generation = generations[Int(link.slot)]
        counters.openedCount += 1
        counters.connectionCount += 1
        delegate?.opened(link.id, request: acceptance.request, admission: acceptance.admission)
    }

    /// libwebsockets frees its side: nothing of the link may be used after this.
    func destroyed(_ link: Link) {
        let connection = link.id
        let wasConnection = link.slot >= 0
        link.phase = .ended
        unsafe link.wsi = nil
        link.queue.removeAll()
        forgetAssembly(link)
        forgetExchange(link)
        if wasConnection {
            let slot = Int(link.slot)
            slots[slot] = nil
            generations[slot] &+= 1
            freeSlots.append(link.slot)
            link.slot = -1
            counters.connectionCount -= 1
            counters.closedCount += 1
        }
        forget(link)
        if wasConnection { delegate?.closed(connection, end: link.end) }
        if drainDeadline != nil { stopWhenDrained() }
    }

    /// Somebody woke the loop.
    func turned() { delegate?.turn() }

    /// The loop's own clock: deadlines, pings, and whoever is silent for too long.
    ///
    /// One pass over every connection each second is cheaper than libwebsockets' timers, which sort
    /// a list as long as the number of connections.
    func ticked() {
        tick &+= 1
        for link in halfOpen where isOver(link.deadline) {
            if link.phase == .halfOpen { countTimeout(of: link) }
            cut(link, end: .lost)
        }
        for link in slots {
            guard let link else { continue }
            switch link.phase {
            case .open: attend(link)
            case .closing, .ending:
                if isOver(link.deadline) { cut(link, end: link.end) }
            case .halfOpen, .ended: break
            }
        }
        resumeAccepting()
        if let drainDeadline, isOver(drainDeadline) { stop() }
        delegate?.tick(now: .now)
    }

    private func countTimeout(of link: Link) {
        switch link.exchange?.phase {
        case .reading: counters.bodyTimeoutCount += 1
        case .waiting: counters.unansweredCount += 1
        case .discarding: break
        case nil: counters.handshakeTimeoutCount += 1
        }
    }

    /// The time a link may take for its next request starts again.
    func renewDeadline(_ link: Link) {
        link.deadline = timing.deadline(after: timing.handshake, from: tick)
    }

    private func isOver(_ deadline: UInt32) -> Bool { Int32(bitPattern: tick &- deadline) >= 0 }

    private func attend(_ link: Link) {
        let silence = tick &- link.heardAt
        if silence > timing.idle {
            counters.idleCount += 1
            close(link, code: .normal, reason: "", end: .idle)
        } else if silence >= timing.ping, tick &- link.pingedAt >= timing.ping, link.queue.isEmpty {
            link.pingedAt = tick
            counters.pingCount += 1
            link.queue.append(SendQueue.Message(frame: Self.ping))
            markDirty(link)
        }
    }

    /// A ping with a payload: libwebsockets does not report a pong without one.
    private static let ping: [UInt8] = [0x89, 2, 0x77, 0x70]
}
