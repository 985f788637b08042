/// A list that is mostly of one element, for which it allocates nothing.
struct Few<Element> {
    private var first: Element?
    private var others: ContiguousArray<Element> = []

    /// How many there are.
    var count: Int { first == nil ? 0 : others.count + 1 }

    var isEmpty: Bool { first == nil }

    /// All of them, in order.
    var all: ContiguousArray<Element> {
        guard let first else { return [] }
        return [first] + others
    }

    /// The element at a place from 0 up to ``count``.
    subscript(place: Int) -> Element {
        get {
            if place == 0, let first { return first }
            return others[place - 1]
        }
        set {
            precondition(place < count, "there is nothing at this place")
            if place == 0 { first = newValue } else { others[place - 1] = newValue }
        }
    }

    /// Adds one at the end.
    mutating func append(_ element: Element) {
        if first == nil { first = element } else { others.append(element) }
    }

    /// Takes the last one out; there must be one.
    mutating func removeLast() -> Element {
        if let last = others.popLast() { return last }
        guard let last = first else { preconditionFailure("nothing is left") }
        first = nil
        return last
    }
}
