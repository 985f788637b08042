/// Reads the answer to one HTTP request: head, then a body of any of the three forms.
///
/// A pure machine with a limit on everything that the other side decides.
struct HTTPAnswerReader {
    /// Bytes that the head may have, and what stands around the chunks of a body.
    static let headByteCountMax = 65_536

    private enum Phase {
        case head
        case counted(rest: Int)
        case untilEnd
        case chunkHead
        case chunk(rest: Int)
        case chunkEnd
        case trailer
    }

    private let bodyByteCountMax: Int
    private var phase: Phase = .head
    private var arrived: [UInt8] = []
    private var position = 0
    /// Bytes behind the position that were searched in vain for the end of a line or of the head.
    private var searchedByteCount = 0
    private var answer: HTTPAnswer?

    init(bodyByteCountMax: Int) {
        self.bodyByteCountMax = bodyByteCountMax
    }

    /// Takes bytes as they arrived.
    ///
    /// - Returns: The answer once it is whole; nil before. What comes behind it is passed over.
    /// - Throws: ``DownloadFailure/answerMalformed`` or ``DownloadFailure/tooLong``.
    mutating func receive(_ bytes: some Collection<UInt8>) throws(DownloadFailure) -> HTTPAnswer? {
        arrived.removeSubrange(..<position)
        position = 0
        arrived.append(contentsOf: bytes)
        while true {
            switch phase {
            case .head: guard try takeHead() else { return nil }
            case .counted(let rest):
                guard let left = try takeBody(rest) else { return answer }
                phase = .counted(rest: left)
                return nil
            case .untilEnd:
                _ = try takeBody(.max)
                return nil
            case .chunkHead: guard try takeChunkHead() else { return nil }
            case .chunk(let rest):
                if let left = try takeBody(rest) {
                    phase = .chunk(rest: left)
                    return nil
                }
                phase = .chunkEnd
            case .chunkEnd:
                guard let line = try takeLine() else { return nil }
                guard line.isEmpty else { throw .answerMalformed }
                phase = .chunkHead
            case .trailer:
                guard let line = try takeLine() else { return nil }
                if line.isEmpty { return answer }
            }
        }
    }

    /// The stream has ended; only a body without a length may end so.
    func ended() throws(DownloadFailure) -> HTTPAnswer {
        guard case .untilEnd = phase, let answer else { throw .endedEarly }
        return answer
    }

    private mutating func takeHead() throws(DownloadFailure) -> Bool {
        guard let found = try find([0x0D, 0x0A, 0x0D, 0x0A]) else { return false }
        guard let head = HTTPAnswer(head: arrived[position..<found.lowerBound]) else {
            throw .answerMalformed
        }
        position = found.upperBound
        // What a server says before its answer, such as 103.
        guard head.status >= 200 else { return true }
        answer = head
        phase = try phaseOfBody(head)
        return true
    }

    private func phaseOfBody(_ head: HTTPAnswer) throws(DownloadFailure) -> Phase {
        if let coding = head.value("transfer-encoding") {
            guard coding.lowercased() == "chunked" else { throw .answerMalformed }
            return .chunkHead
        }
        guard let digits = head.value("content-length") else { return .untilEnd }
        guard let count = Int(digits), count >= 0 else { throw .answerMalformed }
        guard count <= bodyByteCountMax else { throw .tooLong }
        return .counted(rest: count)
    }

    /// Moves what has arrived of a part of the body; answers how much is missing, nil for nothing.
    private mutating func takeBody(_ rest: Int) throws(DownloadFailure) -> Int? {
        let part = arrived[position...].prefix(rest)
        guard (answer?.body.count ?? 0) + part.count <= bodyByteCountMax else { throw .tooLong }
        answer?.body.append(contentsOf: part)
        position += part.count
        return part.count == rest ? nil : rest - part.count
    }

    private mutating func takeChunkHead() throws(DownloadFailure) -> Bool {
        guard let line = try takeLine() else { return false }
        let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 }
        guard (1...8).contains(digits.count),
            let count = Int(String(decoding: digits, as: UTF8.self), radix: 16), count >= 0
        else { throw .answerMalformed }
        guard (answer?.body.count ?? 0) + count <= bodyByteCountMax else { throw .tooLong }
        phase = count == 0 ? .trailer : .chunk(rest: count)
        return true
    }

    private mutating func takeLine() throws(DownloadFailure) -> ArraySlice<UInt8>? {
        guard let found = try find([0x0D, 0x0A]) else { return nil }
        let line = arrived[position..<found.lowerBound]
        position = found.upperBound
        return line
    }

    /// Looks for an end behind the position, in no byte twice however few of them come at a time.
    private mutating func find(_ end: [UInt8]) throws(DownloadFailure) -> Range<Int>? {
        let start = position + max(0, searchedByteCount - end.count + 1)
        let searched = arrived[start...].prefix(position + Self.headByteCountMax - start)
        if let found = searched.firstRange(of: end) {
            searchedByteCount = 0
            return found
        }
        guard arrived.count - position < Self.headByteCountMax else { throw .tooLong }
        searchedByteCount = arrived.count - position
        return nil
    }
}
