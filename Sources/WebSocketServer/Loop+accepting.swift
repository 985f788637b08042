import Glibc

extension Loop {
    /// Accepts what waits on a listening socket, some at a time so that others get their turn.
    func accept(descriptor: Int32) {
        guard let entry = listeningSockets.first(where: { $0.source.descriptor == descriptor })
        else { return }
        for _ in 0..<Self.acceptCountMax {
            if isFull, !entry.source.isAdministrative { return pauseAccepting(.full) }
            switch entry.source.accept() {
            case .descriptor(let accepted, let address): take(accepted, address, entry.source)
            case .none: return
            case .failed: continue
            case .outOfDescriptors: return pauseAccepting(.outOfDescriptors)
            }
        }
    }

    /// What is accepted in one turn: little enough that whoever knocks without end hardly delays
    /// the others.
    private static let acceptCountMax = 16

    /// Accepts again when there is room; called when a link ends and at every tick.
    func resumeAccepting() {
        guard pause != .none, !isFull else { return }
        pause = .none
        for entry in listeningSockets { events?.setWatches(readable: entry.watcher, true) }
    }

    private var isFull: Bool { counters.linkCount >= configuration.connectionCountMax }

    /// A watcher of a socket with waiting connections would call without end, so it is taken off.
    private func pauseAccepting(_ reason: AcceptPause) {
        pause = reason
        counters.acceptPauseCount += 1
        for entry in listeningSockets
        where reason == .outOfDescriptors || !entry.source.isAdministrative {
            events?.setWatches(readable: entry.watcher, false)
        }
    }

    private func take(_ descriptor: Int32, _ from: SocketAddress, _ source: ListeningSocket) {
        counters.acceptedCount += 1
        let address = from.hostText
        let group = address.contains(":") ? from.groupText : address
        let isLimited = !configuration.trustedAddresses.contains(address)
        if isLimited, halfOpenCounts[group, default: 0] >= configuration.halfOpenCountMaxPerAddress
        {
            counters.refusedByAddressCount += 1
            Glibc.close(descriptor)
            return
        }
        let link = Link(
            listener: source.listener,
            address: address,
            group: group,
            deadline: timing.deadline(after: timing.handshake, from: tick)
        )
        counters.linkCount += 1
        addHalfOpen(link)
        guard engine?.adopt(descriptor, link: link) == true else { return forget(link) }
    }

    private func addHalfOpen(_ link: Link) {
        link.halfOpenIndex = Int32(halfOpen.count)
        halfOpen.append(link)
        halfOpenCounts[link.group, default: 0] += 1
        counters.halfOpenCount += 1
    }

    /// Takes a link out of those that have not finished a request.
    func removeHalfOpen(_ link: Link) {
        let index = Int(link.halfOpenIndex)
        guard index >= 0 else { return }
        link.halfOpenIndex = -1
        let last = halfOpen.removeLast()
        if last !== link {
            halfOpen[index] = last
            last.halfOpenIndex = Int32(index)
        }
        if let count = halfOpenCounts[link.group] {
            halfOpenCounts[link.group] = count > 1 ? count - 1 : nil
        }
        counters.halfOpenCount -= 1
        link.address = ""
        link.group = ""
    }

    /// Counts a link out; doing it twice is doing it once.
    func forget(_ link: Link) {
        guard !link.isForgotten else { return }
        link.isForgotten = true
        removeHalfOpen(link)
        counters.linkCount -= 1
        resumeAccepting()
    }
}
