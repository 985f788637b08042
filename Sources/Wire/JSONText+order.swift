extension JSONText {
    /// The same value written in one way: members in the order of their keys' bytes, of a key that
    /// comes twice the last, strings without needless escapes, numbers with their digits as they
    /// were.
    ///
    /// Two values mean the same to whoever parses them when these are equal. Some libraries write
    /// the same object with its members in another order each time.
    public var inOneOrder: JSONText {
        guard let json = try? JSON(parsing: bytes) else {
            preconditionFailure("what is kept as JSON is JSON")
        }
        return json.inOneOrder.text
    }
}

extension JSON {
    fileprivate var inOneOrder: JSON {
        switch self {
        case .null, .bool, .number, .string: self
        case .array(let elements): .array(elements.map(\.inOneOrder))
        case .object(let members):
            .object(
                Self.lastOfEach(members).map { Member(key: $0.key, value: $0.value.inOneOrder) }
            )
        }
    }

    private static func lastOfEach(_ members: [Member]) -> [Member] {
        let keys = members.map { Array($0.key.utf8) }
        let order = members.indices.sorted { left, right in
            if keys[left] == keys[right] { return left < right }
            return keys[left].lexicographicallyPrecedes(keys[right])
        }
        return order.indices.compactMap { place in
            let isLast = place + 1 == order.count || keys[order[place]] != keys[order[place + 1]]
            return isLast ? members[order[place]] : nil
        }
    }
}
