extension JSONText {
    /// Whether two values mean the same to whoever parses them: members in any order, of a key that
    /// comes twice the last, strings by what they stand for, numbers by their digits.
    ///
    /// Some libraries write the same object with its members in another order each time.
    public func isEquivalent(to other: JSONText) -> Bool {
        if bytes == other.bytes { return true }
        guard let own = try? JSON(parsing: bytes), let theirs = try? JSON(parsing: other.bytes)
        else { return false }
        return own.inOneOrder.text == theirs.inOneOrder.text
    }
}

extension JSON {
    /// The same value with the members of every object in one order, each key once.
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
        let sorted = members.enumerated().sorted { left, right in
            let keys = (Array(left.element.key.utf8), Array(right.element.key.utf8))
            guard keys.0 == keys.1 else { return keys.0.lexicographicallyPrecedes(keys.1) }
            return left.offset < right.offset
        }
        return sorted.indices.compactMap { index in
            let member = sorted[index].element
            let isLast =
                index + 1 == sorted.count
                || !sorted[index + 1].element.key.utf8.elementsEqual(member.key.utf8)
            return isLast ? member : nil
        }
    }
}
