/// Feeds what a server of key sets may answer, whole and in pieces, which must come to the same.
///
/// Compiled together with the reader of `WebSocketClient`; see `Fuzz/run`.
@c(LLVMFuzzerTestOneInput)
public func fuzzHTTPAnswer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let whole = read(bytes, pieceByteCount: max(1, bytes.count))
    let pieces = read(bytes, pieceByteCount: 1)
    precondition((whole == nil) == (pieces == nil), "an answer that depends on the pieces")
    precondition(whole == pieces, "an answer that depends on the pieces")
    precondition((whole?.body.count ?? 0) <= byteCountMax, "more than the limit")
    precondition((200...999).contains(whole?.status ?? 200), "a status that is none")
    return 0
}

private let byteCountMax = 1_000

private func read(_ bytes: [UInt8], pieceByteCount: Int) -> HTTPAnswer? {
    var reader = HTTPAnswerReader(bodyByteCountMax: byteCountMax)
    var place = 0
    do throws(DownloadFailure) {
        while place < bytes.count {
            let end = min(place + pieceByteCount, bytes.count)
            if let answer = try reader.receive(bytes[place..<end]) { return answer }
            place = end
        }
        return try reader.ended()
    } catch {
        return nil
    }
}
