import Gateway
import TestSupport
import Testing
import WebSocketClient
import Wire

/// Supabase's series on the page of a node that serves.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct SupabaseNamesTests {
    @Test("With the flag a node shows Supabase's series, with the numbers of ours")
    func scraped() async throws {
        try await TestNode.with([.metricsSupabaseNames: "on"]) { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1", wantsAck: true)
            let ben = try Member(node, .ben)
            _ = try ben.refusal("trip:3")
            try ana.channels.broadcast("trip:1", name: "n", payload: .emptyObject)
            _ = try ana.next()
            let tenant = #"tenant="realtime""#
            for (theirs, ours) in [
                ("realtime_connections_connected{\(tenant)}", "waypost_connections"),
                ("realtime_connections_global_connected", "waypost_connections"),
                ("realtime_channel_joins{\(tenant)}", "waypost_joins_asked_total"),
                ("realtime_channel_input_bytes{\(tenant)}", "waypost_received_bytes_total"),
                ("realtime_channel_events{\(tenant)}", "waypost_broadcasts_accepted_total"),
                (
                    #"realtime_channel_error{code="Unauthorized",\#(tenant)}"#,
                    #"waypost_joins_refused_total{code="Unauthorized"}"#
                ),
            ] {
                // What loops count is brought once a second.
                let isShown = await eventually {
                    guard let number = try? node.metric(ours), number > 0 else { return false }
                    return (try? node.metric(theirs)) == number
                }
                #expect(isShown, "\(theirs)")
            }
        }
    }

    @Test("Without the flag none of them is there")
    func off() async throws {
        try await TestNode.with { node in
            let page = try HTTP.get("/metrics", port: node.adminPort).body
            #expect(page.contains("waypost_connections ") && !page.contains("realtime_"))
        }
    }
}
