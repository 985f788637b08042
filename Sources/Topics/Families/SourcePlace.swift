/// Where in a topic file something stands.
public struct SourcePlace: Hashable, Sendable {
    /// The file's name, as people gave it or within its folder.
    public let file: String
    /// The line, from 1.
    public let line: Int

    /// Names a line of a file.
    ///
    /// - Parameters:
    ///   - file: The file's name.
    ///   - line: The line, from 1.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }
}

extension SourcePlace: CustomStringConvertible {
    /// The place as compilers write it, such as `trip.yaml:12`.
    public var description: String { "\(file):\(line)" }
}
