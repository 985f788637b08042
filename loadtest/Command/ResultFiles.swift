import Foundation
import LoadResults

/// Where the results of a run are written.
struct ResultFiles {
    private let json: String?
    private let html: String?

    /// Makes sure before a run that its results will have a place.
    init(_ options: ResultOptions) throws(Unusable) {
        json = options.json
        html = options.html
        for (name, path) in [("--json", json), ("--html", html)] {
            guard let path else { continue }
            let folder = URL(filePath: path).deletingLastPathComponent()
                .path(percentEncoded: false)
            let files = FileManager.default
            if (try? files.contentsOfDirectory(atPath: path)) != nil {
                throw Unusable("\(name) \(path): this is a folder; name a file in it")
            }
            guard files.isWritableFile(atPath: files.fileExists(atPath: path) ? path : folder)
            else {
                throw Unusable("\(name) \(path): no file can be written there")
            }
        }
    }

    /// Writes what was asked for, and says where.
    func write(_ result: RunResult) throws {
        if let json { try RunFile.write(Data(result.json()), to: json) }
        if let html { try RunFile.write(Data(HTMLReport.text(result).utf8), to: html) }
    }
}
