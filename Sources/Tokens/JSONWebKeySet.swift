internal import Wire

/// A JSON Web Key Set as it was read: what of it can be used, and how much cannot.
struct JSONWebKeySet: Equatable {
    /// Bytes that a set may have.
    static let byteCountMax = 262_144

    /// Keys that a set may have.
    static let keyCountMax = 100

    let keys: [JSONWebKey]
    let skippedCount: Int

    /// Reads a set.
    ///
    /// An entry that cannot be used is skipped, as RFC 7517, section 5, has it: issuers publish
    /// keys of kinds that come later, or for other uses.
    ///
    /// - Parameter bytes: The set's JSON.
    /// - Throws: ``KeySetRefusal/tooLong``, ``KeySetRefusal/tooManyKeys(countMax:)`` or
    ///   ``KeySetRefusal/noKeySet``.
    init(_ bytes: [UInt8]) throws(KeySetRefusal) {
        guard bytes.count <= Self.byteCountMax else { throw .tooLong }
        guard let json = try? JSON(parsing: bytes, depthMax: 16),
            json.names(["keys"], atMost: 1), let entries = json["keys"]?.arrayValue
        else { throw .noKeySet }
        guard entries.count <= Self.keyCountMax else {
            throw .tooManyKeys(countMax: Self.keyCountMax)
        }
        keys = entries.compactMap { JSONWebKey($0) }
        skippedCount = entries.count - keys.count
    }
}
