internal import CLibWebSockets
public import Wire

extension Loop {
    /// Queues a message; it is written before the loop waits for events again.
    ///
    /// A connection that is closing or gone gets nothing. One whose queue would grow over its limit
    /// is cut: a message left out would be a gap that nobody sees.
    public func send(_ message: EncodedMessage, to connection: ConnectionID) {
        guard let link = link(connection), link.phase == .open else { return }
        if link.queue.waitingByteCount(with: message.byteCount) > configuration.queueByteCountMax {
            relieve(link, byteCount: message.byteCount)
            guard link.phase == .open else { return }
        }
        counters.deliveryCount += 1
        link.queue.append(SendQueue.Message(message))
        markDirty(link)
    }

    /// How many bytes may be sent to a connection now, so that its queue is not over its limit.
    ///
    /// - Returns: Zero for one that is closing or gone.
    public func freeByteCount(of connection: ConnectionID) -> Int {
        guard let link = link(connection), link.phase == .open else { return 0 }
        return max(0, configuration.queueByteCountMax - link.queue.waitingByteCount)
    }

    /// Begins to close a connection: what is queued is sent, then the close frame.
    ///
    /// ``LoopDelegate/closed(_:end:)`` follows when the other side has answered or TCP ended, at
    /// the latest after ``LoopConfiguration/closeTimeout``.
    ///
    /// - Parameters:
    ///   - connection: Nothing happens when it is closing or gone.
    ///   - code: The close code.
    ///   - reason: The close frame's text, at most 123 bytes of UTF-8.
    public func close(_ connection: ConnectionID, code: CloseCode, reason: String) {
        guard let link = link(connection) else { return }
        close(link, code: code, reason: reason, end: .closed(code))
    }

    /// Cuts a connection without a close frame; what is queued is lost.
    public func drop(_ connection: ConnectionID) {
        guard let link = link(connection), link.phase == .open else { return }
        cut(link, end: .dropped)
    }

    /// The link of a connection that has not ended.
    func link(_ connection: ConnectionID) -> Link? {
        let slot = connection.slot
        guard slot < slots.count, generations[slot] == connection.generation else { return nil }
        return slots[slot]
    }

    func close(_ link: Link, code: CloseCode, reason: String, end: ConnectionEnd) {
        guard link.phase == .open else { return }
        link.end = end
        link.queue.append(SendQueue.Message(frame: Frame.close(code: code, reason: reason).bytes))
        link.phase = .closing
        link.deadline = timing.deadline(after: timing.close, from: tick)
        forgetAssembly(link)
        markDirty(link)
    }

    /// Ends a link without further words.
    ///
    /// libwebsockets frees its side later, never during this call.
    func cut(_ link: Link, end: ConnectionEnd) {
        guard link.phase != .ended else { return }
        if link.phase == .open { link.end = end }
        link.phase = .ending
        link.deadline = timing.deadline(after: timing.close, from: tick)
        link.queue.removeAll()
        forgetAssembly(link)
        if let wsi = unsafe link.wsi {
            unsafe lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC)
            mustKick = true
        }
    }

    func markDirty(_ link: Link) {
        guard !link.isDirty else { return }
        link.isDirty = true
        dirty.append(link)
    }

    /// Makes room in a full queue by writing at once; closes the connection when that does not
    /// help.
    ///
    /// A turn may bring more than the limit to a connection that reads well, and only writing shows
    /// which kind it is. One that reads slowly loses its queue and finds a close frame instead,
    /// also between the fragments of a message; one that does not read at all is cut soon.
    private func relieve(_ link: Link, byteCount: Int) {
        while link.queue.waitingByteCount(with: byteCount) > configuration.queueByteCountMax {
            guard link.isWritable, !isBlocked(link) else { break }
            write(link)
        }
        guard link.phase == .open,
            link.queue.waitingByteCount(with: byteCount) > configuration.queueByteCountMax
        else { return }
        counters.tooSlowCount += 1
        link.queue.removeAll()
        close(link, code: .tryAgainLater, reason: "", end: .tooSlow)
    }

    /// Writes to what is dirty, right before the loop waits.
    func flush() {
        delegate?.willWait()
        writeAnswers()
        let count = min(dirty.count, configuration.flushCountMax)
        for index in 0..<count {
            let link = dirty[index]
            link.isDirty = false
            if !link.yields { write(link) }
            link.yields = false
            askForMore(link)
        }
        if count == dirty.count {
            dirty.removeAll(keepingCapacity: count <= configuration.flushCountMax)
        } else {
            dirty.removeFirst(count)
            counters.cutFlushCount += 1
        }
        events?.setHasWorkLeft(!dirty.isEmpty)
        if mustKick {
            mustKick = false
            engine?.kick()
        }
    }

    /// The socket has room again.
    func becameWritable(_ link: Link) {
        write(link)
        askForMore(link)
    }

    private func askForMore(_ link: Link) {
        guard link.isWritable, !link.queue.isEmpty, let wsi = unsafe link.wsi else { return }
        unsafe lws_callback_on_writable(wsi)
    }

    /// Whether libwebsockets still holds a part of an earlier write.
    private func isBlocked(_ link: Link) -> Bool {
        guard let wsi = unsafe link.wsi else { return true }
        return unsafe lws_partial_buffered(wsi) != 0
    }

    /// Writes once: all that fits together, or one frame that is bigger.
    ///
    /// Only whole frames are handed over, and only while libwebsockets holds nothing back, so that
    /// its own pongs and close frames never land inside of one of ours.
    private func write(_ link: Link) {
        guard link.isWritable, let wsi = unsafe link.wsi, let frame = link.queue.next else {
            return
        }
        guard unsafe lws_partial_buffered(wsi) == 0 else { return }
        let code: CInt
        if link.queue.holdsOneFrame || frame.count >= Self.coalescedByteCountMax {
            link.queue.advance()
            code = unsafe frame.withUnsafeBufferPointer { bytes in
                // Written raw, the bytes are only read; the C function is older than `const`.
                unsafe lws_write(
                    wsi,
                    UnsafeMutablePointer(mutating: bytes.baseAddress),
                    bytes.count,
                    lws_shim_write_raw()
                )
            }
        } else {
            let bytes = unsafe scratch.gather(from: &link.queue)
            code = unsafe lws_write(wsi, bytes.baseAddress, bytes.count, lws_shim_write_raw())
        }
        counters.writeCount += 1
        if code < 0 {
            cut(link, end: .lost)
        } else {
            counters.bytesOut += Int(code)
        }
    }
}
