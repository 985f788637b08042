internal import CLibWebSockets

/// Reads a request out of libwebsockets' header table, which is valid during a callback only.
@safe struct RequestReader {
    private let wsi: OpaquePointer
    private let byteCountMax: Int

    init(wsi: OpaquePointer, byteCountMax: Int) {
        unsafe self.wsi = wsi
        self.byteCountMax = byteCountMax
    }

    /// A header libwebsockets has a number for.
    func header(_ token: lws_token_indexes) -> String? {
        let count = unsafe Int(lws_hdr_total_length(wsi, token))
        guard count > 0, count <= byteCountMax else { return nil }
        return unsafe text(capacity: count + 1) { unsafe lws_hdr_copy(wsi, $0, $1, token) }
    }

    /// Whether there is such a header, also an empty one.
    func isPresent(_ token: lws_token_indexes) -> Bool {
        let count = unsafe Int(lws_hdr_total_length(wsi, token))
        return unsafe text(capacity: max(count, 0) + 1) {
            unsafe lws_hdr_copy_fragment(wsi, $0, $1, token, 0)
        } != nil
    }

    /// A header by its name in lower case.
    func header(named name: String) -> String? {
        let field = name + ":"
        let nameCount = Int32(field.utf8.count)
        let count = unsafe Int(lws_hdr_custom_length(wsi, field, nameCount))
        guard count >= 0, count <= byteCountMax else { return nil }
        return unsafe text(capacity: count + 1) {
            unsafe lws_hdr_custom_copy(wsi, $0, $1, field, nameCount)
        }
    }

    /// The method and the path, or nil for a method libwebsockets does not know.
    func methodAndPath() -> (method: String, path: String)? {
        var start: UnsafeMutablePointer<CChar>?
        var count: Int32 = 0
        let index = unsafe Int(lws_http_get_uri_and_method(wsi, &start, &count))
        let methods = ["GET", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "CONNECT", "HEAD"]
        guard methods.indices.contains(index), let start = unsafe start else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: Int(max(count, 0)))
        return (methods[index], unsafe String(decoding: bytes, as: UTF8.self))
    }

    /// The query's fields; libwebsockets has percent-decoded them.
    func query() -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        let total = unsafe Int(lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS))
        guard total > 0, total <= byteCountMax else { return [] }
        var index: Int32 = 0
        while let field = unsafe text(
            capacity: total + 1,
            {
                unsafe lws_hdr_copy_fragment(wsi, $0, $1, WSI_TOKEN_HTTP_URI_ARGS, index)
            }
        ) {
            index += 1
            guard !field.isEmpty else { continue }
            if let equals = field.firstIndex(of: "=") {
                let value = field[field.index(after: equals)...]
                fields.append((String(field[..<equals]), String(value)))
            } else {
                fields.append((field, ""))
            }
        }
        return fields
    }

    /// The whole request, or nil for a method libwebsockets does not know.
    func request(_ link: Link, fields: HeaderFields, isTLS: Bool) -> Request? {
        guard let (method, path) = methodAndPath() else { return nil }
        var headers: [String: String] = [:]
        for field in fields.fields {
            let value = field.token.map { header($0) } ?? header(named: field.name)
            if let value { headers[field.name] = value }
        }
        return Request(
            method: method,
            path: path,
            query: query(),
            headers: headers,
            address: link.address,
            listener: link.listener,
            isTLS: isTLS
        )
    }

    /// A text that a C function copies out; nil where it answers with a negative count.
    private func text(
        capacity: Int,
        _ copy: (UnsafeMutablePointer<CChar>, Int32) -> Int32
    ) -> String? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = unsafe copy(start, Int32(capacity))
            guard count >= 0 else { return nil }
            let bytes = unsafe UnsafeRawBufferPointer(
                start: start,
                count: min(Int(count), capacity)
            )
            return unsafe String(decoding: bytes, as: UTF8.self)
        }
    }
}
