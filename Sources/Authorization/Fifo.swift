/// First in, first out, in constant time.
struct Fifo<Element> {
    private var elements: [Element] = []
    private var head = 0

    var count: Int { elements.count - head }

    var first: Element? { head < elements.count ? elements[head] : nil }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    /// Puts an element in front; linear in the number that wait.
    mutating func prepend(_ element: Element) {
        if head > 0 {
            head -= 1
            elements[head] = element
        } else {
            elements.insert(element, at: 0)
        }
    }

    mutating func removeFirst() {
        precondition(head < elements.count, "nothing waits")
        head += 1
        // What was taken is dropped once it is half of what is held.
        guard head >= keptCountMax, head * 2 >= elements.count else { return }
        elements.removeFirst(head)
        head = 0
    }

    private var keptCountMax: Int { 64 }
}
