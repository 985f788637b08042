/// Feeds bodies in chunks, whole and byte by byte, which must come to the same.
///
/// Compiled together with `ChunkedBody`; see `Fuzz/run`.
@c(LLVMFuzzerTestOneInput)
public func fuzzChunkedBody(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let whole = read(bytes, pieceByteCount: max(1, bytes.count))
    let pieces = read(bytes, pieceByteCount: 1)
    precondition(whole?.isDone == pieces?.isDone, "an end that depends on the pieces")
    precondition(whole?.content == pieces?.content, "content that depends on the pieces")
    precondition((whole?.content.count ?? 0) <= byteCountMax, "more than the limit")
    return 0
}

private let byteCountMax = 1_000

private func read(_ bytes: [UInt8], pieceByteCount: Int) -> ChunkedBody? {
    var body = ChunkedBody(byteCountMax: byteCountMax)
    var place = 0
    while place < bytes.count {
        let piece = Array(bytes[place..<min(place + pieceByteCount, bytes.count)])
        do throws(ChunkedBody.Malformed) {
            try body.append(piece.span)
        } catch {
            return nil
        }
        place += piece.count
    }
    return body
}
