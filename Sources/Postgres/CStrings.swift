/// A list of C strings for one call into libpq.
enum CStrings {
    /// Runs `body` with a pointer per text, nil for nil; the pointers are valid during the call.
    static func with<R>(
        _ texts: [String?],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, Int32) -> R
    ) -> R {
        var bytes: [CChar] = []
        bytes.reserveCapacity(texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) + 1 })
        var offsets: [Int?] = []
        offsets.reserveCapacity(texts.count)
        for text in texts {
            offsets.append(text == nil ? nil : bytes.count)
            guard let text else { continue }
            bytes.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
            bytes.append(0)
        }
        return unsafe bytes.withUnsafeBufferPointer { storage in
            let pointers = unsafe offsets.map { offset -> UnsafePointer<CChar>? in
                guard let offset, let start = storage.baseAddress else { return nil }
                return unsafe start + offset
            }
            return unsafe pointers.withUnsafeBufferPointer {
                unsafe body($0.baseAddress, Int32(clamping: texts.count))
            }
        }
    }

    /// Whether any text holds the byte at which a C string ends.
    static func containNUL(_ texts: some Sequence<String?>) -> Bool {
        texts.contains { $0?.utf8.contains(0) ?? false }
    }
}
