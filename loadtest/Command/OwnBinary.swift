import Foundation

/// The program that runs.
enum OwnBinary {
    /// Its path, also when it was found by `PATH`.
    static let path =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        ?? CommandLine.arguments[0]

    static let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))

    /// A path below each of the folders that hold the program, the nearest first: it lies in the
    /// checkout that it was built from.
    static func near(_ path: String) -> [String] {
        var places: [String] = []
        var folder = folder
        while folder.count > 1, let slash = folder.lastIndex(of: "/") {
            places.append(folder + "/" + path)
            folder = String(folder[..<slash])
        }
        return places
    }
}
