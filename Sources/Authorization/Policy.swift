/// One policy of `realtime.messages`, its expressions as SQL whose names are qualified.
struct Policy: Hashable, Sendable {
    /// Which commands a policy is for, as far as they matter here.
    enum Command: String, Sendable {
        case all = "*"
        case select = "r"
        case insert = "a"
    }

    let name: String
    let command: Command
    /// One permissive policy must say yes; every restrictive one must.
    let isPermissive: Bool
    let using: String?
    let check: String?
    /// The places, among the roles asked about, of those that the policy applies to.
    let rolePlaces: Set<Int>

    /// What decides about `operation`; nil when the policy has no say.
    func expression(for operation: Operation) -> String? {
        switch (operation, command) {
        case (.read, .all), (.read, .select): using
        case (.write, .all), (.write, .insert): check ?? using
        case (.read, .insert), (.write, .select): nil
        }
    }
}
