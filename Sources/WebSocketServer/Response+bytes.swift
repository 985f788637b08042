extension Response {
    /// The answer as it goes over HTTP/1.1.
    ///
    /// - Parameters:
    ///   - isHead: Whether only the head is wanted.
    ///   - isLast: Whether the connection closes after it.
    /// - Returns: Head and body.
    func bytes(isHead: Bool, isLast: Bool) -> [UInt8] {
        var head = "HTTP/1.1 \(status) \(Self.phrase(status))\r\n"
        if !body.isEmpty { head += "content-type: \(Self.line(contentType))\r\n" }
        if status != 204 { head += "content-length: \(body.count)\r\n" }
        head += "connection: \(isLast ? "close" : "keep-alive")\r\n"
        for (name, value) in headers { head += "\(Self.line(name)): \(Self.line(value))\r\n" }
        head += "\r\n"
        return isHead ? Array(head.utf8) : Array(head.utf8) + body
    }

    /// A text up to its first line break, so that none can smuggle in a header.
    private static func line(_ text: String) -> String {
        String(text.unicodeScalars.prefix { $0 != "\r" && $0 != "\n" && $0 != "\0" })
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 202: "Accepted"
        case 204: "No Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        default: "Status"
        }
    }
}
