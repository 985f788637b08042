extension Array {
    /// Copies elements out of memory that is only lent.
    init(copying span: Span<Element>) {
        self = unsafe span.withUnsafeBufferPointer { elements in unsafe Array(elements) }
    }
}
