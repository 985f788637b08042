internal import CLibWebSockets
internal import Wire

extension Loop {
    /// A piece of a message came, at most ``Engine/readByteCount`` bytes of it.
    func received(_ bytes: UnsafeRawBufferPointer, link: Link, wsi: OpaquePointer) {
        link.heardAt = tick
        guard link.phase == .open else { return }
        let isLast = unsafe lws_is_final_fragment(wsi) != 0
        // Up to 2^63 by the frame's own account: compared, never added.
        let announced = unsafe lws_remaining_packet_payload(wsi)
        let space = configuration.messageByteCountMax - link.assembly.count - bytes.count
        if announced > max(space, 0) || space < 0 {
            counters.messageTooBigCount += 1
            close(link, code: .messageTooBig, reason: "", end: .messageTooBig)
            return
        }
        if isLast, link.assembly.isEmpty {
            unsafe deliver(unsafe [UInt8](bytes), link: link, wsi: wsi)
            return
        }
        unsafe link.assembly.append(contentsOf: bytes)
        assemblyByteCount += bytes.count
        if isLast {
            let message = link.assembly
            forgetAssembly(link)
            // A ping between its pieces is answered by libwebsockets when the socket is writable;
            // an answer to the message waits for that too, or it would overtake the pong.
            link.yields = true
            unsafe deliver(message, link: link, wsi: wsi)
        } else if assemblyByteCount > configuration.assemblyByteCountMax {
            close(link, code: .tryAgainLater, reason: "", end: .outOfRoom)
        }
    }

    private func deliver(_ message: [UInt8], link: Link, wsi: OpaquePointer) {
        counters.messagesIn += 1
        counters.bytesIn += message.count
        if unsafe lws_frame_is_binary(wsi) != 0 {
            delegate?.received(binary: message, from: link.id)
        } else {
            delegate?.received(text: message, from: link.id)
        }
    }

    func receivedPong(link: Link) {
        link.heardAt = tick
        counters.pongCount += 1
    }

    /// The other side sent a close frame.
    ///
    /// - Returns: Whether libwebsockets shall end TCP at once instead of sending a close frame
    ///   back.
    func receivedClose(_ payload: UnsafeRawBufferPointer, link: Link) -> Bool {
        link.heardAt = tick
        if payload.count == 1, let wsi = unsafe link.wsi {
            // Half of a code: RFC 6455 has it none or whole. libwebsockets would say nothing.
            unsafe lws_close_reason(wsi, LWS_CLOSE_STATUS_PROTOCOL_ERR, nil, 0)
            refused(link)
            return true
        }
        if link.phase == .closing, link.queue.isEmpty {
            // It answers our own close frame: the handshake is complete.
            link.phase = .ending
            return true
        }
        if link.phase == .open {
            link.end = .closedByOther(
                code: payload.count < 2
                    ? nil : unsafe UInt16(payload[0]) << 8 | UInt16(payload[1])
            )
        }
        abandon(link)
        return false
    }

    /// libwebsockets closes the connection, since TCP ended or a frame was malformed.
    ///
    /// Whoever breaks the protocol gets a close frame, and TCP ends without the answer to it:
    /// libwebsockets may be in the midst of a malformed frame and not see that answer as one.
    func refused(_ link: Link) {
        abandon(link)
        link.deadline = tick &+ 1
        guard link.phase == .ending else { return }
        if refused.lately.isEmpty, refused.before.isEmpty { events?.setHurries(true) }
        refused.lately.append(link)
    }

    /// A short time has passed since the last call: enough for a close frame to be written.
    func hurried() {
        for link in refused.before { cut(link, end: link.end) }
        refused = ([], refused.lately)
        if refused.before.isEmpty { events?.setHurries(false) }
    }

    /// Nothing of ours may be written any more.
    private func abandon(_ link: Link) {
        guard link.isWritable else { return }
        link.phase = .ending
        link.deadline = timing.deadline(after: timing.close, from: tick)
        link.queue.removeAll()
        forgetAssembly(link)
    }

    func forgetAssembly(_ link: Link) {
        assemblyByteCount -= link.assembly.count
        link.assembly = []
    }
}
