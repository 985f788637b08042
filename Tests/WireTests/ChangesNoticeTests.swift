import Testing
import Wire

@Suite struct ChangesNoticeTests {
    @Test("The texts are the official ones")
    func texts() {
        let unable = "Unable to subscribe to changes with given parameters. "
        #expect(ChangesNotice.following.message == "Subscribed to PostgreSQL")
        #expect(
            ChangesNotice.filterMalformed(#"["wrong"]"#).message
                == #"Error parsing `filter` params: ["wrong"]"#
        )
        let select = ChangesNotice.selectMalformed.message
        #expect(select.hasPrefix("Error parsing `select` params: expected a list of column name "))
        #expect(select.hasSuffix(#"strings, e.g. select: ["col1", "col2"]"#))
        #expect(
            ChangesNotice.notPublished("event: INSERT").message
                == "\(unable)Please check Realtime is enabled for the given connect parameters: "
                + "[event: INSERT]"
        )
        let refused = ChangesNotice.refused(binding: "event: *", exception: "ERROR P0001 a")
        #expect(
            refused.message
                == "\(unable)An exception happened so please check your connect parameters: "
                + "[event: *]. Exception: ERROR P0001 a"
        )
    }

    @Test("A notice names its part of the gateway, and every value is a string")
    func payload() {
        #expect(
            ChangesNotice.following.payload(channel: "room:7").text
                == #"{"extension":"postgres_changes","status":"ok","#
                + #""message":"Subscribed to PostgreSQL","channel":"room:7"}"#
        )
    }
}
