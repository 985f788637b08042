internal import CLibWebSockets

/// The only function libwebsockets calls: it finds the loop and the link, and forwards.
///
/// What it does not know goes to libwebsockets' own default.
func engineCallback(
    wsi: OpaquePointer?,
    reason: lws_callback_reasons,
    user: UnsafeMutableRawPointer?,
    bytes: UnsafeMutableRawPointer?,
    count: Int
) -> CInt {
    switch reason {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE, LWS_CALLBACK_ESTABLISHED, LWS_CALLBACK_RECEIVE,
        LWS_CALLBACK_RECEIVE_PONG, LWS_CALLBACK_WS_PEER_INITIATED_CLOSE,
        LWS_CALLBACK_SERVER_WRITEABLE, LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL,
        LWS_CALLBACK_HTTP, LWS_CALLBACK_HTTP_BODY, LWS_CALLBACK_HTTP_BODY_COMPLETION,
        LWS_CALLBACK_WSI_DESTROY:
        // Only these name a connection for certain; others come with a made-up one.
        guard let wsi = unsafe wsi, let context = unsafe lws_get_context(wsi),
            let loop = unsafe EventLoop.Owner.loop(lws_context_user(context)),
            let opaque = unsafe lws_get_opaque_user_data(wsi)
        else { return 0 }
        let reference = unsafe Unmanaged<Link>.fromOpaque(opaque)
        if reason == LWS_CALLBACK_WSI_DESTROY {
            unsafe lws_set_opaque_user_data(wsi, nil)
            // Gives back the reference that was handed over when the socket was adopted.
            loop.destroyed(unsafe reference.takeRetainedValue())
            return 0
        }
        return unsafe reference._withUnsafeGuaranteedRef { link in
            unsafe loop.handle(
                reason,
                link: link,
                wsi: wsi,
                UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count)
            )
        }
    default:
        return unsafe lws_callback_http_dummy(wsi, reason, user, bytes, count)
    }
}

extension Loop {
    /// One callback about one link; anything but 0 ends it.
    fileprivate func handle(
        _ reason: lws_callback_reasons,
        link: Link,
        wsi: OpaquePointer,
        _ bytes: UnsafeRawBufferPointer
    ) -> CInt {
        switch reason {
        case LWS_CALLBACK_RECEIVE: unsafe received(bytes, link: link, wsi: wsi)
        case LWS_CALLBACK_SERVER_WRITEABLE: becameWritable(link)
        case LWS_CALLBACK_RECEIVE_PONG: receivedPong(link: link)
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
            return unsafe receivedClose(bytes, link: link) ? 1 : 0
        case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL: refused(link)
        case LWS_CALLBACK_ESTABLISHED: unsafe established(link, wsi: wsi)
        case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return unsafe confirmUpgrade(link, wsi: wsi)
        case LWS_CALLBACK_HTTP: return unsafe answerRequest(link, wsi: wsi)
        case LWS_CALLBACK_HTTP_BODY: return unsafe receivedBody(bytes, link: link, wsi: wsi)
        case LWS_CALLBACK_HTTP_BODY_COMPLETION: return unsafe completeBody(link, wsi: wsi)
        default: break
        }
        return 0
    }
}
