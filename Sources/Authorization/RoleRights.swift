/// What a role may do with `realtime.messages` before any policy is asked.
struct RoleRights: Hashable, Sendable {
    let name: String
    /// Whether the gateway's login may act as the role; nil when there is no such role.
    let isGranted: Bool?
    /// Whether the role may select the probe's row, policies aside.
    let maySelect: Bool
    /// Whether the role may insert the probe's row, policies aside.
    let mayInsert: Bool
    /// Whether policies apply: not to who bypasses them or owns the table, not when they are off.
    let obeysPolicies: Bool

    /// Whether the role's privileges allow `operation`, policies aside.
    func mayDo(_ operation: Operation) -> Bool {
        switch operation {
        case .read: maySelect
        case .write: mayInsert
        }
    }
}
