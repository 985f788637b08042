internal import CLibWebSockets

/// The request headers a delegate asked for, and where libwebsockets keeps them.
struct HeaderFields {
    /// One header: its name in lower case and libwebsockets' number for it, if it has one.
    struct Field {
        let name: String
        let token: lws_token_indexes?
    }

    let fields: [Field]

    init(names: [String]) {
        var tokens: [String: UInt32] = [:]
        for raw in 0..<WSI_TOKEN_COUNT.rawValue {
            guard let text = unsafe lws_token_to_string(lws_token_indexes(rawValue: raw)) else {
                continue
            }
            tokens[unsafe String(cString: text)] = raw
        }
        fields = names.map { name in
            let name = name.lowercased()
            return Field(
                name: name,
                token: tokens[name + ":"].map { lws_token_indexes(rawValue: $0) }
            )
        }
    }
}
