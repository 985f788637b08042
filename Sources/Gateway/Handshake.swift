import Hub
import Observation
import Synchronization
import Tokens
import Topics
import WebSocketServer
import Wire

/// What a handshake was accepted with; it comes back when the connection is open.
struct Admission: Sendable {
    let serializer: Serializer
    let identity: Identity
    let allowances: [SharedAllowance]
}

/// Decides on a WebSocket handshake from its path, version and token, without waiting for anything.
struct Handshake {
    /// Where clients connect: directly, or as they would through Supabase's own gateway.
    static let paths: Set<String> = ["/socket/websocket", "/realtime/v1/websocket"]

    let services: NodeServices
    let tokens: TokenVerifier
    let isDraining: Bool

    func answer(_ request: Request, time: HubTime) -> HandshakeAnswer {
        guard request.listener == Routes.publicListener, Self.paths.contains(request.path) else {
            return refuse(status: 404, code: "not_found", body: Routes.notFoundBody.bytes)
        }
        guard !isDraining else {
            return refuse(status: 503, code: "draining", body: Routes.drainingBody.bytes)
        }
        guard let serializer = Serializer(vsn: request.queryValue("vsn")) else {
            return refuse(.serializerUnknown)
        }
        let token = request.headers["x-api-key"] ?? request.queryValue("apikey")
        guard let token, !token.isEmpty else { return refuse(.keyMissing) }
        do throws(HandshakeRefusal) {
            let identity = try self.identity(of: request, token: token, time: time)
            let allowances = try admit(request, identity, time: time)
            return .accept(
                Admission(serializer: serializer, identity: identity, allowances: allowances)
            )
        } catch {
            return refuse(error)
        }
    }

    /// Whom a request's token names, whatever the request is for.
    func identity(
        of request: Request,
        token: String,
        time: HubTime
    ) throws(HandshakeRefusal) -> Identity {
        do throws(TokenRefusal) {
            let claims = try tokens.verify(apiKey: token, now: time.unixSeconds)
            return Identity(token: token, claims: claims, headers: headers(of: request))
        } catch {
            services.refused(error)
            throw HandshakeRefusal(error)
        }
    }

    /// The request headers that rules may see, as a JSON object.
    private func headers(of request: Request) -> String {
        let kept = services.configuration.values.list(.channelsKeptHeaders)
        let members = kept.compactMap { name in
            request.headers[name.lowercased()].map { value in
                JSON.Member(key: name.lowercased(), value: .string(value))
            }
        }
        return JSON.object(members).text.text
    }

    private func refuse(_ refusal: HandshakeRefusal) -> HandshakeAnswer {
        refuse(status: refusal.status, code: refusal.code, body: refusal.body)
    }

    private func refuse(status: Int, code: String, body: [UInt8]) -> HandshakeAnswer {
        services.observe(
            .connection(.handshakeRefused(status: status, code: code))
        )
        return .refuse(Response(status: status, contentType: "application/json", body: body))
    }
}
