internal import Glibc

/// The account PostgreSQL runs as where we are root, which it refuses to run as.
struct SystemAccount: Equatable {
    let userID: UInt32
    let groupID: UInt32

    /// The account `postgres` when this process is root, nil when it can start PostgreSQL itself.
    static func needed() throws(ClusterError) -> SystemAccount? {
        guard getuid() == 0 else { return nil }
        guard let account = SystemAccount(name: "postgres", in: FileText.read("/etc/passwd") ?? "")
        else { throw .accountMissing }
        return account
    }

    /// Looks a name up in the text of a password file.
    init?(name: String, in passwords: String) {
        for line in passwords.split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 4, fields[0] == name,
                let userID = UInt32(fields[2]), let groupID = UInt32(fields[3]), userID != 0
            else { continue }
            self.userID = userID
            self.groupID = groupID
            return
        }
        return nil
    }
}
