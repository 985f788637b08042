internal import FoundationEssentials

extension RunResult {
    /// Why a file holds no run.
    public struct Unreadable: Error, CustomStringConvertible, Sendable {
        /// For people, with what to do.
        public let description: String
    }

    /// The run as the file of `--json`, one line.
    ///
    /// - Returns: UTF-8.
    /// - Throws: When a figure is no number.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try [UInt8](encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// Reads a file that `--json` wrote.
    ///
    /// - Parameters:
    ///   - json: The file's content.
    ///   - name: Its name, for messages.
    /// - Throws: ``Unreadable``.
    public init(json: [UInt8], name: String) throws {
        struct Form: Decodable {
            var format: Int
        }
        let decoder = JSONDecoder()
        guard let form = try? decoder.decode(Form.self, from: Data(json)) else {
            throw Unreadable(description: "\(name) is not a run that `loadtest --json` wrote.")
        }
        guard form.format == Self.format else {
            throw Unreadable(
                description: "\(name) has form \(form.format) and this tool reads \(Self.format):"
                    + " run the scenario again, or read it with the version that wrote it."
            )
        }
        do {
            self = try decoder.decode(RunResult.self, from: Data(json))
        } catch {
            throw Unreadable(description: "\(name) is damaged: \(Self.place(of: error)).")
        }
    }

    static let format = 1

    private static func place(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        let (context, key) =
            switch error {
            case .keyNotFound(let key, let context): (context, [key.stringValue])
            case .typeMismatch(_, let context): (context, [])
            case .valueNotFound(_, let context): (context, [])
            case .dataCorrupted(let context): (context, [])
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), [])
            }
        let path = (context.codingPath.map(\.stringValue) + key).joined(separator: ".")
        return path.isEmpty ? context.debugDescription : "'\(path)' is missing or wrong"
    }
}
