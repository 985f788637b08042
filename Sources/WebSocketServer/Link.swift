internal import Wire

/// One accepted TCP connection, from accept to its end, whatever it turns into.
///
/// There is one for each of ten thousands of connections, so it is small, and what most of them do
/// not need is allocated late and freed early.
@safe final class Link {
    /// How far a link is; what may be done with it follows from that.
    enum Phase {
        /// TLS, a request, or the time between two requests.
        case halfOpen
        /// A WebSocket connection.
        case open
        /// A WebSocket connection whose close frame is queued or written; nothing more is queued.
        case closing
        /// On its way out; nothing more is written.
        case ending
        /// libwebsockets has freed its side.
        case ended
    }

    /// What a handshake was accepted with, until the connection is open.
    final class Acceptance {
        let request: Request
        let admission: any Sendable

        init(request: Request, admission: any Sendable) {
            self.request = request
            self.admission = admission
        }
    }

    let listener: Int
    /// The address it came from; empty once it no longer counts as half-open.
    var address: String
    /// What the limit of half-open links counts it under; empty with the address.
    var group: String
    /// libwebsockets' side; valid until ``Phase/ended``.
    var wsi: OpaquePointer?

    var phase = Phase.halfOpen
    var end = ConnectionEnd.lost
    var isDirty = false
    var isForgotten = false
    /// Whether libwebsockets may have a pong to write before the next frame of ours.
    var yields = false
    /// Whether libwebsockets has read nothing beyond the last request, so that a body may come.
    var isFresh = true
    var slot: Int32 = -1
    var generation: UInt32 = 0
    var halfOpenIndex: Int32 = -1

    /// The tick at which patience ends, in every phase but ``Phase/open``.
    var deadline: UInt32
    /// The tick of the last frame from the connection.
    var heardAt: UInt32 = 0
    /// The tick of the last ping to it.
    var pingedAt: UInt32 = 0

    var acceptance: Acceptance?
    /// The request whose body is arriving or whose answer is awaited.
    var exchange: Exchange?
    /// The pieces of a message that is still arriving.
    var assembly: [UInt8] = []
    var queue = SendQueue()

    init(listener: Int, address: String, group: String, deadline: UInt32) {
        self.listener = listener
        self.address = address
        self.group = group
        self.deadline = deadline
    }

    var id: ConnectionID { ConnectionID(slot: Int(slot), generation: generation) }

    /// Whether frames may still be handed to libwebsockets.
    var isWritable: Bool {
        switch phase {
        case .open, .closing: true
        case .halfOpen, .ending, .ended: false
        }
    }
}
