/// A topic file as it lies there.
public struct TopicFileText: Hashable, Sendable {
    /// Its name, with which places of problems begin.
    public let name: String
    /// What stands in it.
    public let text: String

    /// Takes a file.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - text: What stands in it.
    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}
