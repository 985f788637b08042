import Testing
import WebSocketClient
import Wire

@Suite struct RequestWriterTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("The second serializer writes arrays")
    func v2() {
        let writer = RequestWriter(serializer: .v2)
        var options = RequestWriter.JoinOptions()
        options.token = "e30.e30.e30"
        options.wantsAcknowledgement = true
        #expect(
            text(writer.join("realtime:a\"b", ref: "1", options: options))
                == #"["1","1","realtime:a\"b","phx_join",{"config":{"broadcast":{"ack":true,"self":false},"#
                + #""presence":{"key":"","enabled":false},"postgres_changes":[],"private":true},"#
                + #""access_token":"e30.e30.e30"}]"#
        )
        #expect(
            text(writer.leave("realtime:a", ref: "2", joinRef: nil))
                == #"[null,"2","realtime:a","phx_leave",{}]"#
        )
        #expect(text(writer.heartbeat(ref: "3")) == #"[null,"3","phoenix","heartbeat",{}]"#)
    }

    @Test("The first serializer writes objects")
    func v1() {
        let writer = RequestWriter(serializer: .v1)
        let payload = JSONText(trusted: Array(#"{"x":1.0}"#.utf8))
        #expect(
            text(
                writer.broadcast("realtime:a", name: "é", payload: payload, ref: "2", joinRef: "1")
            )
                == #"{"topic":"realtime:a","event":"broadcast","payload":{"type":"broadcast","#
                + #""event":"é","payload":{"x":1.0}},"ref":"2","join_ref":"1"}"#
        )
        #expect(
            text(writer.accessToken("realtime:a", token: "t", ref: "3", joinRef: "1"))
                == #"{"topic":"realtime:a","event":"access_token","payload":{"access_token":"t"},"#
                + #""ref":"3","join_ref":"1"}"#
        )
    }

    @Test("A broadcast of any content is written as the frame that a gateway reads")
    func frames() throws {
        let contents: [BroadcastContent] = [
            .json(JSONText(string: "ü")), .binary([0, 0xFF]), .binary([]),
        ]
        for content in contents {
            let frame = RequestWriter(serializer: .v2)
                .binaryBroadcast("realtime:a", name: "é", content: content, ref: "2", joinRef: "1")
            let message = try MessageDecoder(serializer: .v2).decode(binary: frame)
            #expect(
                message
                    == InboundMessage(
                        joinRef: JSONText(string: "1"),
                        ref: JSONText(string: "2"),
                        topic: "realtime:a",
                        broadcast: UserBroadcast(name: "é", content: content)
                    )
            )
        }
    }

    @Test("What is written is what a gateway reads", arguments: Serializer.allCases)
    func readBack(serializer: Serializer) throws {
        let writer = RequestWriter(serializer: serializer)
        let options = RequestWriter.JoinOptions()
        let message = try MessageDecoder(serializer: serializer)
            .decode(writer.join("realtime:a", ref: "7", options: options))
        #expect(message.joinRef == JSONText(string: "7"))
        #expect(message.ref == JSONText(string: "7"))
        let join = JoinPayload(parsing: message.payload)
        #expect(join.isPrivate)
        #expect(!join.broadcastAck && !join.broadcastSelf)
        #expect(join.invalidFields.isEmpty)
    }
}
