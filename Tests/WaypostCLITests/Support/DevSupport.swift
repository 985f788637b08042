import Foundation

/// What the tests of `waypost dev` do around the command.
enum DevSupport {
    /// Lends a folder that PostgreSQL's account may pass through.
    static func withFolder(_ body: (String) async throws -> Void) async throws {
        let path = "/tmp/waypost-dev-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755]
        )
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    /// The processes whose command line names a text.
    static func processes(naming text: String) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { number in
            let line = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") ?? Data()
            return String(decoding: line, as: UTF8.self).contains(text)
        }
    }
}
