import Testing
import WebSocketClient
import Wire

@Suite(.timeLimit(.minutes(1))) struct ChannelClientTests {
    private static func message(_ incoming: ChannelIncoming) -> ReceivedMessage? {
        guard case .message(let message) = incoming else { return nil }
        return message
    }

    private static func connect(
        _ listener: LoopbackListener,
        serializer: Serializer = .v2
    ) throws -> ChannelClient {
        try ChannelClient(
            gateway: listener.url,
            apiKey: "e30.e30.e30",
            serializer: serializer,
            deadline: soon
        )
    }

    @Test("A URL that is none is malformed before anything is tried")
    func malformed() {
        #expect(throws: WebSocketFailure.addressMalformed(.hostInvalid)) {
            try ChannelClient(gateway: "http://", apiKey: nil, deadline: soon)
        }
    }

    @Test("A refused join has its reason, and no answer is none")
    func refusedJoin() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            _ = stream.readText()
            stream.send(
                text: #"["1","1","realtime:trip:1","phx_reply",{"status":"error","#
                    + #""response":{"reason":"Unauthorized: no"}}]"#
            )
            while stream.readFrame() != nil {}
        }
        let gateway = try Self.connect(listener)
        let reply = try gateway.join("trip:1", deadline: soon)
        #expect(reply?.isOK == false)
        #expect(reply?.reason == "Unauthorized: no")
        #expect(try gateway.join("trip:2", deadline: .now + .milliseconds(50)) == nil)
    }

    @Test("Replies to others do not count, and what comes before a reply is kept in order")
    func order() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            _ = stream.readText()
            stream.send(text: #"[null,null,"realtime:a","broadcast",{"n":1}]"#)
            stream.send(text: #"[null,"1","realtime:b","phx_reply",{"status":"error"}]"#)
            stream.send(text: #"[null,"9","realtime:a","phx_reply",{"status":"error"}]"#)
            stream.send(text: "no message")
            stream.send(text: #"["too","short"]"#)
            stream.send(Frame(.binary, payload: [4, 0, 0]))
            stream.send(.ping())
            stream.send(text: #"["1","1","realtime:a","phx_reply",{"status":"ok","response":{}}]"#)
            stream.send(text: #"[null,null,"realtime:a","broadcast",{"n":2}]"#)
            stream.send(.close(code: .serviceRestart, reason: "restart"))
        }
        let gateway = try Self.connect(listener)
        #expect(try gateway.join("realtime:a", deadline: soon)?.isOK == true)
        #expect(Self.message(try gateway.next(deadline: soon))?.payload.text == #"{"n":1}"#)
        #expect(Self.message(try gateway.next(deadline: soon))?.topic == "realtime:b")
        #expect(Self.message(try gateway.next(deadline: soon))?.ref.text == #""9""#)
        #expect(Self.message(try gateway.next(deadline: soon))?.payload.text == #"{"n":2}"#)
        #expect(try gateway.next(deadline: soon) == .closed(code: 1012, reason: "restart"))
        #expect(try gateway.next(deadline: soon) == .ended)
    }

    @Test("A connection that ends during a join keeps what came before")
    func endedDuringJoin() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            _ = stream.readText()
            stream.send(text: #"[null,null,"realtime:a","system",{}]"#)
        }
        let gateway = try Self.connect(listener)
        #expect(try gateway.join("a", deadline: soon) == nil)
        #expect(Self.message(try gateway.next(deadline: soon))?.name == "system")
        #expect(try gateway.next(deadline: soon) == .ended)
    }

    @Test("A heartbeat that nobody answers ends the connection")
    func heartbeatLost() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            while stream.readFrame() != nil {}
        }
        let gateway = try Self.connect(listener)
        gateway.heartbeatInterval = .milliseconds(30)
        #expect(throws: WebSocketFailure.heartbeatLost) { try gateway.next(deadline: soon) }
        #expect(try gateway.next(deadline: soon) == .ended)
    }

    @Test("While it waits, heartbeats go out and their answers are not told")
    func heartbeats() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            for count in 1...3 {
                guard stream.readText() == #"[null,"\#(count)","phoenix","heartbeat",{}]"# else {
                    fatalError("no heartbeat \(count)")
                }
                stream.send(
                    text: #"[null,"\#(count)","phoenix","phx_reply",{"status":"ok","response":{}}]"#
                )
            }
            stream.send(text: #"[null,null,"realtime:a","broadcast",{}]"#)
            _ = stream.readFrame()
        }
        let gateway = try Self.connect(listener)
        gateway.heartbeatInterval = .milliseconds(30)
        #expect(Self.message(try gateway.next(deadline: soon))?.name == "broadcast")
    }

    @Test("A heartbeat of one's own has an answer")
    func ownHeartbeat() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            _ = stream.readText()
            stream.send(text: #"[null,"1","phoenix","phx_reply",{"status":"ok","response":{}}]"#)
        }
        #expect(try Self.connect(listener).heartbeat(deadline: soon)?.isOK == true)
    }

    @Test("Join, broadcast, token and leave carry their references", arguments: Serializer.allCases)
    func references(serializer: Serializer) throws {
        let listener = LoopbackListener { stream in
            let request = stream.accept() ?? ""
            let vsn = serializer == .v1 ? "1.0.0" : "2.0.0"
            guard
                request.hasPrefix(
                    "GET /socket/websocket?apikey=e30.e30.e30&vsn=\(vsn) HTTP/1.1\r\n"
                )
            else { fatalError("another request: \(request)") }
            let decoder = MessageDecoder(serializer: serializer)
            while let text = stream.readText() {
                guard let message = try? decoder.decode(Array(text.utf8)) else { return }
                let parts =
                    #""\#(message.name)","joinRef":\#(message.joinRef.text),"ref":\#(message.ref.text)"#
                let payload = #"{"status":"ok","response":{"name":\#(parts)}}"#
                switch serializer {
                case .v1:
                    stream.send(
                        text: #"{"topic":"\#(message.topic)","event":"phx_reply","#
                            + #""payload":\#(payload),"ref":\#(message.ref.text)}"#
                    )
                case .v2:
                    let refs = "\(message.joinRef.text),\(message.ref.text)"
                    stream.send(text: #"[\#(refs),"\#(message.topic)","phx_reply",\#(payload)]"#)
                }
            }
        }
        let gateway = try Self.connect(listener, serializer: serializer)
        let join = try gateway.join("a", deadline: soon)
        #expect(join?.response.text == #"{"name":"phx_join","joinRef":"1","ref":"1"}"#)
        let broadcast = try gateway.broadcast(
            "a",
            name: "hi",
            payload: .emptyObject,
            deadline: soon
        )
        #expect(broadcast?.response.text == #"{"name":"broadcast","joinRef":"1","ref":"2"}"#)
        try gateway.accessToken("a", token: "new")
        let message = Self.message(try gateway.next(deadline: soon))
        #expect(message?.payload.text.contains("access_token") == true)
        let leave = try gateway.leave("a", deadline: soon)
        #expect(leave?.response.text == #"{"name":"phx_leave","joinRef":"1","ref":"4"}"#)
        let again = try gateway.leave("a", deadline: soon)
        #expect(again?.response.text == #"{"name":"phx_leave","joinRef":null,"ref":"5"}"#)
    }
}
