import Foundation
import LoadResults

/// Files of runs, read and written.
enum RunFile {
    /// Reads what `--json` wrote.
    static func read(_ path: String) throws(Unusable) -> RunResult {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw Unusable("\(path) cannot be read; give a file that `--json` wrote")
        }
        do {
            return try RunResult(json: [UInt8](data), name: path)
        } catch {
            throw Unusable("\(error)")
        }
    }

    /// Writes a file and says so.
    static func write(_ data: Data, to path: String) throws(Unusable) {
        do {
            try data.write(to: URL(filePath: path))
        } catch {
            throw Unusable("\(path) could not be written: name a file in a folder that is there")
        }
        Terminal.warn("loadtest: written to \(path)")
    }
}
