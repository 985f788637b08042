/// Coerces the fields of a join and notes those that cannot be.
struct JoinFieldReader {
    /// The paths of the fields rejected so far.
    private(set) var invalidFields: [String] = []

    /// Notes a field of the wrong kind.
    mutating func reject(_ path: String) {
        invalidFields.append(path)
    }

    /// Looks `keys` up in an object; nil when the field is absent, null or no object.
    mutating func object(_ path: String, _ value: JSONText?, _ keys: [String]) -> JSONFields? {
        guard let value, !value.isNull else { return nil }
        guard let fields = JSONFields(value, keys) else {
            reject(path)
            return nil
        }
        return fields
    }

    /// Reads `true`, `false`, or either as a string in any case; false when absent or null.
    mutating func bool(_ path: String, _ value: JSONText?) -> Bool {
        choice(path, value) ?? false
    }

    /// Reads the same; nil when absent, null or neither.
    mutating func choice(_ path: String, _ value: JSONText?) -> Bool? {
        guard let value, !value.isNull else { return nil }
        if let bool = Self.bool(value) { return bool }
        reject(path)
        return nil
    }

    /// Reads anything but `null` and what ``bool(_:_:)`` takes for false as true.
    func truth(_ value: JSONText?) -> Bool {
        guard let value, !value.isNull else { return false }
        return Self.bool(value) ?? true
    }

    /// Reads what is to be replayed; nil when absent.
    mutating func replay(_ path: String, _ value: JSONText?) -> ReplayWish? {
        guard let value else { return nil }
        guard let fields = object(path, value, ["since", "limit"]) else { return .nothing }
        let limit = fields["limit"].flatMap { $0.isNull ? nil : $0 }
        guard let since = fields["since"]?.integerValue,
            limit == nil || limit?.integerValue != nil
        else {
            reject(path)
            return .malformed
        }
        return .since(milliseconds: since, limit: limit?.integerValue)
    }

    /// Reads a key: a string that is not empty, or a number by its digits.
    mutating func presenceKey(_ path: String, _ value: JSONText?) -> String? {
        guard let value, !value.isNull else { return nil }
        guard let key = value.stringValue ?? (value.isNumber ? value.text : nil),
            key.utf8.count <= JoinPayload.presenceKeyByteCountMax
        else {
            reject(path)
            return nil
        }
        return key.isEmpty ? nil : key
    }

    /// Reads an array of objects, leaving out nulls.
    mutating func bindings(_ path: String, _ value: JSONText?) -> [JSONText] {
        guard let value, !value.isNull else { return [] }
        var byteCount = 0
        var bindings: [JSONText] = []
        var isValid = value.isArray
        if isValid {
            do throws(MalformedJSON) {
                let bytes = value.bytes
                _ = try JSONScanner.endOfArray(bytes.span, from: 0) { place in
                    guard isValid, bytes[place.lowerBound] != .lowerN else { return }
                    byteCount += place.count
                    isValid =
                        bytes[place.lowerBound] == .openBrace
                        && bindings.count < JoinPayload.bindingCountMax
                        && byteCount <= JoinPayload.bindingByteCountMax
                    if isValid { bindings.append(JSONText(trusted: Array(bytes[place]))) }
                }
            } catch {
                isValid = false
            }
        }
        guard isValid else {
            reject(path)
            return []
        }
        return bindings
    }

    /// Chooses between the two places where a token may stand.
    ///
    /// An opaque key (`sb_…`) is no token: it means that the connection's token is to be used.
    mutating func token(_ token: JSONText?, legacy: JSONText?) -> String? {
        if let token, !token.isNull, !token.isString { reject("access_token") }
        if let legacy, !legacy.isNull, !legacy.isString { reject("user_token") }
        let first = token.flatMap { $0.isNull || $0.bytes.first == .lowerF ? nil : $0 } ?? legacy
        if let text = first?.stringValue, AccessTokenPayload.isOpaqueKey(text) { return nil }
        return legacy?.stringValue ?? token?.stringValue
    }

    private static func bool(_ value: JSONText) -> Bool? {
        if value.bytes.first == .lowerT { return true }
        if value.bytes.first == .lowerF { return false }
        switch value.stringValue?.lowercased() {
        case "true": return true
        case "false": return false
        default: return nil
        }
    }
}
