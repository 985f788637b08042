internal import CLibWebSockets

/// What the header says of the body.
extension RequestReader {
    /// Whether a body's length is written down.
    var hasLength: Bool { isPresent(WSI_TOKEN_HTTP_CONTENT_LENGTH) }

    /// Whether something follows the header, or may be taken to.
    var hasBody: Bool {
        hasLength || isPresent(WSI_TOKEN_HTTP_TRANSFER_ENCODING) || hasMalformedName
    }

    /// Whether a name that says where the body ends has white space before its colon.
    ///
    /// libwebsockets takes it for a name that it does not know, others may not.
    private var hasMalformedName: Bool {
        ["content-length", "transfer-encoding"].contains { name in
            [" ", "\t"].contains { header(named: name + $0) != nil }
        }
    }

    /// Where the request ends.
    func framing() throws(BodyFraming.Malformed) -> BodyFraming {
        guard !hasMalformedName else { throw .fieldNameMalformed }
        // libwebsockets cuts a path at these and takes them out.
        guard methodAndPath()?.path.utf8.contains(0) == false else { throw .pathCut }
        let hasEncoding = isPresent(WSI_TOKEN_HTTP_TRANSFER_ENCODING)
        return try BodyFraming(
            version: header(WSI_TOKEN_HTTP),
            length: hasLength ? header(WSI_TOKEN_HTTP_CONTENT_LENGTH) ?? "" : nil,
            encoding: hasEncoding ? header(WSI_TOKEN_HTTP_TRANSFER_ENCODING) ?? "" : nil
        )
    }
}
