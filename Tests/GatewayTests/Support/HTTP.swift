import Testing
import WebSocketClient

/// Plain HTTP over a bare stream.
enum HTTP {
    struct Answer {
        let status: Int
        let head: String
        let body: String
    }

    /// Asks for a path and reads until the gateway closes.
    static func get(_ path: String, port: UInt16, headers: [String] = []) throws -> Answer {
        let lines =
            ["GET \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close"] + headers + ["", ""]
        return try exchange(lines.joined(separator: "\r\n"), port: port)
    }

    /// The text of a request with a body; JSON unless the headers say something else.
    static func postText(_ path: String, _ body: String, headers: [String]) -> String {
        let hasType = headers.contains { $0.lowercased().hasPrefix("content-type:") }
        let lines =
            [
                "POST \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close",
                "Content-Length: \(body.utf8.count)",
            ] + (hasType ? [] : ["Content-Type: application/json"]) + headers + ["", ""]
        return lines.joined(separator: "\r\n") + body
    }

    /// Sends a body to a path and reads until the gateway closes.
    static func post(
        _ path: String,
        _ body: String,
        port: UInt16,
        headers: [String] = []
    ) throws -> Answer {
        try exchange(postText(path, body, headers: headers), port: port)
    }

    /// Sends any bytes and reads until the gateway closes, or has sent the whole body.
    static func exchange(_ request: String, port: UInt16) throws -> Answer {
        let stream = try RawStream(host: "127.0.0.1", port: port, deadline: Member.soon)
        try stream.send(Array(request.utf8), deadline: Member.soon)
        var bytes: [UInt8] = []
        while let more = stream.receive(deadline: Member.soon), !more.isEmpty { bytes += more }
        let text = String(decoding: bytes, as: UTF8.self)
        let end = try #require(text.firstRange(of: "\r\n\r\n"), "no answer: \(text)")
        let head = String(text[..<end.lowerBound])
        let status = try #require(Int(head.dropFirst(9).prefix(3)))
        return Answer(
            status: status,
            head: head.lowercased(),
            body: String(text[end.upperBound...])
        )
    }
}
