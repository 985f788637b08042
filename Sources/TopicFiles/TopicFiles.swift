import FoundationEssentials
public import Topics

/// Reads topic files: one YAML file for each topic family.
///
/// Everything that is wrong with all files is told at once, each with its line. What only a
/// database can tell, such as whether a table is there, is not looked at here.
public enum TopicFiles {
    /// Files that a folder may have: 256.
    public static let fileCountMax = 256

    /// Bytes that a file may have: 262,144.
    public static let fileByteCountMax = 1 << 18

    /// Reads every `*.yaml` and `*.yml` of a folder, without those whose names begin with a dot.
    ///
    /// - Parameter folder: The folder's path, which also begins the places of problems.
    /// - Returns: The families; none when the folder has no such file.
    /// - Throws: ``TopicFilesFailure`` with all that is wrong.
    public static func read(folder: String) throws(TopicFilesFailure) -> TopicContract {
        try contract(of: texts(folder: folder))
    }

    /// Takes up the files of a folder as they are, for example to see whether any has changed.
    ///
    /// - Parameter folder: The folder's path.
    /// - Returns: The files, ordered by name.
    /// - Throws: ``TopicFilesFailure`` naming each that cannot be read.
    public static func texts(folder: String) throws(TopicFilesFailure) -> [TopicFileText] {
        let found: [String]
        do {
            found = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw TopicFilesFailure([
                TopicProblem(nil, "cannot read the folder \(folder); is it there?")
            ])
        }
        let names = found.filter(isTopicFile).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard names.count <= fileCountMax else {
            throw TopicFilesFailure([
                TopicProblem(
                    nil,
                    "the folder \(folder) has \(names.count) topic files; \(fileCountMax) is the most"
                )
            ])
        }
        var problems: [TopicProblem] = []
        let texts = names.compactMap { name -> TopicFileText? in
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            switch text(at: path) {
            case .success(let text): return TopicFileText(name: path, text: text)
            case .failure(let reason):
                let place = SourcePlace(file: path, line: 1)
                problems.append(TopicProblem(place, reason.text))
                return nil
            }
        }
        guard problems.isEmpty else { throw TopicFilesFailure(problems) }
        return texts
    }

    /// Makes families of files.
    ///
    /// - Parameter texts: One file for each family.
    /// - Returns: The families.
    /// - Throws: ``TopicFilesFailure`` with all that is wrong, in the order of files and lines.
    public static func contract(
        of texts: [TopicFileText]
    ) throws(TopicFilesFailure) -> TopicContract {
        var problems: [TopicProblem] = []
        var families: [TopicFamily] = []
        for text in texts {
            var reader = FamilyReader(file: text.name)
            let family = reader.read(text.text)
            problems += reader.problems.sorted { ($0.place?.line ?? 0) < ($1.place?.line ?? 0) }
            guard let family else { continue }
            if let other = families.first(where: { $0.name == family.name }) {
                problems.append(
                    TopicProblem(
                        family.place,
                        "the family \(family.name) is already that of \(other.place); "
                            + "put both into one file, or give one another name"
                    )
                )
            } else {
                families.append(family)
            }
        }
        guard problems.isEmpty else { throw TopicFilesFailure(problems) }
        return TopicContract(families)
    }

    private static func isTopicFile(_ name: String) -> Bool {
        !name.hasPrefix(".") && (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
    }

    /// Reads a regular file that is not too large, or says why not.
    private static func text(at path: String) -> Result<String, Unreadable> {
        let target = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: target),
            attributes[.type] as? FileAttributeType == .typeRegular
        else { return .failure(Unreadable("cannot be read; is it a file, and yours to read?")) }
        let tooLarge = Unreadable(
            "is larger than \(fileByteCountMax) bytes; a family has one file of its own"
        )
        guard let byteCount = attributes[.size] as? UInt64, byteCount <= fileByteCountMax else {
            return .failure(tooLarge)
        }
        guard let data = FileManager.default.contents(atPath: target) else {
            return .failure(Unreadable("cannot be read; is it yours to read?"))
        }
        guard data.count <= fileByteCountMax else { return .failure(tooLarge) }
        guard let text = String(validating: data, as: UTF8.self) else {
            return .failure(Unreadable("is not UTF-8 text; save it as that"))
        }
        return .success(text)
    }

    private struct Unreadable: Error {
        let text: String

        init(_ text: String) { self.text = text }
    }
}
