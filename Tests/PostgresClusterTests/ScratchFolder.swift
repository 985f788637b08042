import FoundationEssentials

/// A folder of its own for one test, removed with this object.
final class ScratchFolder: Sendable {
    let path: String

    /// Makes the folder.
    ///
    /// - Parameter length: Bytes the whole path shall have at least.
    /// - Throws: What kept it from being made.
    init(pathLengthMin length: Int = 0) throws {
        var path = "/tmp/waypost-test-\(UInt32.random(in: .min ... .max))"
        while path.utf8.count < length {
            path += "/" + String(repeating: "d", count: min(40, max(1, length - path.utf8.count)))
        }
        self.path = path
        // Others may pass: the account PostgreSQL runs as is another one where we are root.
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
    }

    deinit {
        let top = path.split(separator: "/").prefix(2).joined(separator: "/")
        try? FileManager.default.removeItem(atPath: "/" + top)
    }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/\(name)")
    }
}
