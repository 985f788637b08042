internal import Wire

extension JSON {
    /// Says whether each of these keys stands in this object so many times at most.
    ///
    /// Of a key that comes twice, one reader takes the first and another the last. Where a key
    /// decides who somebody is, there must be one.
    func names(_ keys: [String], atMost count: Int) -> Bool {
        guard let members = objectValue else { return true }
        return keys.allSatisfy { key in members.count { $0.key == key } <= count }
    }
}
