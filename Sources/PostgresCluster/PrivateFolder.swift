internal import FoundationEssentials
internal import Glibc

/// Folders only PostgreSQL's account may enter.
struct PrivateFolder {
    /// Who shall own them; nil is this process's user.
    let account: SystemAccount?

    private var ownerID: UInt32 { account?.userID ?? geteuid() }

    /// Makes the folder, or makes sure that an older one is as private.
    ///
    /// A folder in the temporary directory has a name anybody can work out, so one that was there
    /// before must not be trusted blindly.
    func make(_ path: String) throws(ClusterError) {
        let files = FileManager.default
        if (try? files.attributesOfItem(atPath: path)) == nil {
            do {
                try files.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o700]
                )
                try give(path)
            } catch {
                throw .folderNotMade(path: path)
            }
        }
        guard isOurs(path) else { throw .folderNotOurs(path: path) }
    }

    /// Hands a folder over to the account.
    private func give(_ path: String) throws {
        guard let account else { return }
        try FileManager.default.setAttributes(
            [.ownerAccountID: account.userID, .groupOwnerAccountID: account.groupID],
            ofItemAtPath: path
        )
    }

    /// Whether it is a folder, no link, of the right owner, and closed to others.
    func isOurs(_ path: String) -> Bool {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeDirectory,
            // NSNumber where Foundation is linked too, UInt where not: this cast takes both.
            let owner = attributes[.ownerAccountID] as? UInt,
            let mode = attributes[.posixPermissions] as? UInt
        else { return false }
        return owner == UInt(ownerID) && mode & 0o077 == 0
    }
}
