/// Sessions in the order in which they came, for those that wait for their turn to connect.
struct SessionQueue {
    private var sessions: [Int] = []
    private var start = 0

    /// Adds one at the end.
    mutating func append(_ session: Int) { sessions.append(session) }

    /// Takes the first; nil when nobody waits.
    mutating func popFirst() -> Int? {
        guard start < sessions.count else { return nil }
        defer {
            start += 1
            if start == sessions.count {
                sessions.removeAll(keepingCapacity: true)
                start = 0
            }
        }
        return sessions[start]
    }
}
