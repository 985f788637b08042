/// Gives hostile JSON of a size to everything in Wire that reads JSON from outside.
///
/// Compiled together with Sources/Wire by `Benchmarks/Budgets/growth`, which counts the
/// instructions of it; nothing here tells the time.
@main
enum Growth {
    /// Texts that make a careless reader look at everything again for each part of it.
    private static let kinds: [String: @Sendable (Int) -> String] = [
        // As deep as is taken, again and again.
        "depth": { count in
            let block = repeated("[", 32) + repeated("]", 32)
            return #"{"k":["# + repeated(block + ",", count / 64) + "0]}"
        },
        // Deeper than is taken.
        "abyss": { #"{"k":"# + repeated("[", $0) },
        "one-key": { "{" + repeated(#""k":0,"#, $0 / 6) + #""k":1}"# },
        "keys": { count in
            let members = (0..<count / 8).reduce(into: "") { $0 += "\"\($1)\":0," }
            return "{\(members)\"k\":1}"
        },
        "keys-downwards": { count in
            let members = (0..<count / 8).reversed().reduce(into: "") { $0 += "\"\($1)\":0," }
            return "{\(members)\"k\":1}"
        },
        // Keys that look different and are not.
        "escaped-keys": { "{" + repeated(#""\u006b":0,"#, $0 / 11) + #""k":1}"# },
        "digits": { #"{"k":"# + repeated("9", $0) + "e" + repeated("9", $0) + "}" },
        "escapes": { #"{"k":""# + repeated(#"\ud83d\ude00\\\u0000"#, $0 / 20) + #""}"# },
        "open-string": { #"{"k":""# + repeated(#"\""#, $0 / 2) },
        "space": { #"{"k":"# + repeated(" \n", $0 / 2) + "0}" },
        "empties": { #"{"k":["# + repeated("{},", $0 / 3) + "{}]}" },
    ]

    /// Those that are read as another part of a message too.
    private static let places = [
        #"{"config":HERE}"#, #"{"config":{"postgres_changes":[HERE,HERE]}}"#,
        #"{"config":{"broadcast":HERE,"presence":HERE}}"#, #"{"messages":[HERE,HERE]}"#,
        #"{"messages":HERE}"#, #"{"event":"track","payload":HERE}"#, "HERE",
    ]

    static func main() {
        let arguments = CommandLine.arguments
        if arguments.count == 1 {
            print(kinds.keys.sorted().joined(separator: "\n"))
            return
        }
        guard arguments.count == 3, let kind = kinds[arguments[1]], let count = Int(arguments[2])
        else { fatalError("use: growth [KIND BYTES]") }
        let text = kind(count)
        var byteCount = 0
        for place in places {
            let parts = place.split(separator: "HERE", omittingEmptySubsequences: false)
            byteCount += read(Array(parts.joined(separator: text).utf8))
        }
        guard byteCount > 0 else { fatalError("nothing was read") }
    }

    private static func repeated(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    @inline(never)
    private static func read(_ payload: [UInt8]) -> Int {
        var count = payload.count
        let head = #"["1","2","realtime:trip:1","broadcast","#.utf8
        let object = #"{"topic":"realtime:trip:1","event":"x","ref":"1","payload":"#.utf8
        let frame: [UInt8] = [3, 1, 1, 1, 1, 0, 1] + "12th".utf8
        let second = MessageDecoder(serializer: .v2)
        for message in [
            try? second.decode(head + payload + "]".utf8),
            try? MessageDecoder(serializer: .v1).decode(object + payload + "}".utf8),
            try? second.decode(binary: frame + payload),
        ] { count += message?.payloadByteCount ?? 0 }
        let limits = BroadcastList.Limits(countMax: .max, payloadByteCountMax: .max) { _ in true }
        count += (try? BroadcastList(parsing: payload, limits: limits))?.broadcasts.count ?? 0
        if case .json(let text)? = try? RequestedBroadcast.content(ofBody: payload, isJSON: true) {
            count += text.bytes.count
        }
        guard let text = JSONText(validating: payload) else { return count }
        let join = JoinPayload(parsing: text)
        count += JoinResponse.json(bindings: join.bindings).bytes.count
        count += BroadcastPayload.name(in: text)?.utf8.count ?? 0
        count += AccessTokenPayload(parsing: text).token?.utf8.count ?? 0
        if case .track(let tracked) = PresenceCall(parsing: text) {
            count += tracked.inOneOrder.bytes.count
            count += PresencePayload.meta(tracked, reference: "r", previous: "p").bytes.count
        }
        return count
    }
}
