/// Texts as PostgreSQL writes an array of them.
public enum ArrayText {
    /// Writes the texts as the text form of a `text[]`.
    ///
    /// - Parameter texts: Any texts without a NUL.
    /// - Returns: A parameter for ``PostgresConnection/query(_:_:)``.
    public static func of(_ texts: some Sequence<String>) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        for text in texts {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    bytes.append(UInt8(ascii: "\\"))
                }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }
}
