/// Input that no run can be made of; the text says what to do about it.
struct Unusable: Error, CustomStringConvertible {
    static let exitCode: Int32 = 2

    let description: String

    init(_ description: String) { self.description = description }
}
