internal import Crypto
internal import Wire

/// API keys that say nothing by themselves, such as `sb_publishable_…`, and the role of each.
///
/// Only their hashes are kept, and looked up by: how long that takes says nothing about a key.
public struct OpaqueKeys: Sendable {
    /// Keys that there may be.
    public static let countMax = 100

    /// Bytes that a key needs: shorter ones can be found by trying.
    public static let byteCountMin = 32

    /// Why a text does not list keys.
    public enum Malformed: Error, Hashable, Sendable {
        /// An entry is not `key=role`; the first is 1.
        case noPair(entry: Int)

        /// A key begins with neither `sb_publishable_` nor `sb_secret_`.
        case prefixUnknown(entry: Int)

        /// A key has fewer than 32 bytes, or more than a token may have.
        case lengthWrong(entry: Int)

        /// A key stands there twice.
        case repeated(entry: Int)

        /// There are more than 100 keys.
        case tooMany
    }

    private var roles: [[UInt8]: String] = [:]

    /// Knows no keys.
    public init() {}

    /// Reads keys and roles, such as `sb_publishable_…=anon, sb_secret_…=service_role`.
    ///
    /// - Parameter text: Pairs with commas between them; white space around each is left out.
    /// - Throws: ``Malformed`` with the first entry that is wrong.
    public init(parsing text: String) throws(Malformed) {
        let entries = text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        for (index, entry) in entries.enumerated() {
            let number = index + 1
            guard let sign = entry.lastIndex(of: "="), sign != entry.startIndex,
                entry.index(after: sign) != entry.endIndex
            else { throw .noPair(entry: number) }
            let key = entry[..<sign]
            guard ["sb_publishable_", "sb_secret_"].contains(where: key.hasPrefix) else {
                throw .prefixUnknown(entry: number)
            }
            guard (Self.byteCountMin...TokenParts.byteCountMax).contains(key.utf8.count) else {
                throw .lengthWrong(entry: number)
            }
            let role = String(entry[entry.index(after: sign)...])
            let replaced = roles.updateValue(role, forKey: Self.hash(key.utf8))
            guard replaced == nil else { throw .repeated(entry: number) }
            guard roles.count <= Self.countMax else { throw .tooMany }
        }
    }

    /// The roles of all keys, in the order of their names.
    public var roleNames: [String] { roles.values.sorted() }

    /// What a key says: its role, for ever; nil when it is not known.
    func claims(of key: String) -> Claims? {
        guard !roles.isEmpty, AccessTokenPayload.isOpaqueKey(key),
            key.utf8.count <= TokenParts.byteCountMax, let role = roles[Self.hash(key.utf8)]
        else { return nil }
        let text = JSON.object([JSON.Member(key: "role", value: .string(role))]).text
        return Claims(role: role, expiresAt: Claims.lastSecond, sub: nil, text: text.text)
    }

    private static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        Array(SHA256.hash(data: Array(bytes)))
    }
}

extension OpaqueKeys.Malformed: CustomStringConvertible {
    /// What is wrong with which entry, without the key.
    public var description: String {
        switch self {
        case .noPair(let entry): "entry \(entry) is not written as key=role"
        case .prefixUnknown(let entry):
            "the key of entry \(entry) begins with neither sb_publishable_ nor sb_secret_"
        case .lengthWrong(let entry):
            "the key of entry \(entry) needs at least \(OpaqueKeys.byteCountMin) bytes"
        case .repeated(let entry): "the key of entry \(entry) stands there twice"
        case .tooMany: "there are more than \(OpaqueKeys.countMax) keys"
        }
    }
}
