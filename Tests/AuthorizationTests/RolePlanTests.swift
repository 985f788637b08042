import Authorization
import Testing
import Topics

@testable import struct Authorization.MessageColumn
@testable import struct Authorization.Policy
@testable import struct Authorization.PolicyCatalog
@testable import enum Authorization.RolePlan
@testable import struct Authorization.RoleRights

@Suite("What is asked for a role")
struct RolePlanTests {
    private static func plan(
        _ policies: [Policy],
        isGranted: Bool? = true,
        maySelect: Bool = true,
        mayInsert: Bool = true,
        obeysPolicies: Bool = true,
        hasReaderClass: Bool = false
    ) -> RolePlan {
        let rights = RoleRights(
            name: "authenticated",
            isGranted: isGranted,
            maySelect: maySelect,
            mayInsert: mayInsert,
            obeysPolicies: obeysPolicies
        )
        let catalog = PolicyCatalog(
            columns: [],
            roles: [rights],
            policies: policies,
            hasFalseImmutable: false,
            hasReaderClass: hasReaderClass,
            surroundings: ""
        )
        return RolePlan(catalog: catalog, place: 0)
    }

    private static func policy(
        _ name: String,
        _ command: Policy.Command = .all,
        isPermissive: Bool = true,
        using: String? = nil,
        check: String? = nil,
        places: Set<Int> = [0]
    ) -> Policy {
        Policy(
            name: name,
            command: command,
            isPermissive: isPermissive,
            using: using,
            check: check,
            rolePlaces: places
        )
    }

    @Test("Without a permissive policy that has an expression, the answer is no")
    func nothingPermissive() {
        let denied = RolePlan.settled(.denied, failedRules: [])
        #expect(Self.plan([]) == denied)
        #expect(Self.plan([Self.policy("a", isPermissive: false, using: "true")]) == denied)
        #expect(Self.plan([Self.policy("a", places: [1])]) == denied)
        #expect(Self.plan([Self.policy("a")]) == denied)
    }

    @Test("Privileges come before policies, and the bypass before both kinds")
    func rights() {
        let open = [Self.policy("a", using: "true")]
        let denied = RolePlan.settled(.denied, failedRules: [])
        #expect(Self.plan(open, maySelect: false, mayInsert: false) == denied)
        #expect(Self.plan([], obeysPolicies: false) == .settled(.all, failedRules: []))
        #expect(
            Self.plan(open, isGranted: nil) == .settled(.denied, failedRules: [.roleUnknown])
        )
        #expect(
            Self.plan(open, isGranted: false) == .settled(.denied, failedRules: [.roleNotGranted])
        )
    }

    @Test("Permissive policies are joined by OR, restrictive ones by AND")
    func joining() {
        let plan = Self.plan(
            [
                Self.policy("c", .select, using: "c()"),
                Self.policy("b", isPermissive: false, using: "b()", check: "bc()"),
                Self.policy("a", using: "a()"),
            ],
            mayInsert: true
        )
        guard case .asking(let ruleSet) = plan else {
            Issue.record("\(plan)")
            return
        }
        #expect(
            ruleSet.rules.map(\.expression) == ["(b()) AND ((c()) OR (a()))", "(bc()) AND ((a()))"]
        )
        #expect(ruleSet.rules.map(\.bits.rawValue) == [3, 12])
        #expect(ruleSet.policyNames == ["b", "c", "a"])
    }

    @Test("A rule is asked once for all the answers it decides")
    func asksOnce() {
        let same = Self.plan([Self.policy("a", using: "a()")])
        guard case .asking(let once) = same else {
            Issue.record("\(same)")
            return
        }
        #expect(once.rules.map(\.bits.rawValue) == [15])
        let each = Self.plan([Self.policy("a", using: "(extension = 'presence'::text)")])
        guard case .asking(let twice) = each else {
            Issue.record("\(each)")
            return
        }
        #expect(twice.rules.map(\.extensionName) == ["broadcast", "presence"])
        #expect(twice.rules.map(\.bits.rawValue) == [5, 10])
    }

    @Test("A rule that means both extensions is asked once, unless it names one elsewhere")
    func bothExtensions() {
        let both = "(extension = ANY (ARRAY['broadcast'::text, 'presence'::text]))"
        for (rule, count) in [
            (both, 1), ("(\(both) AND own_extension())", 1), ("(\(both) OR extension)", 2),
            ("(messages.extension = ANY (ARRAY['broadcast'::text, 'presence'::text]))", 2),
            ("(extension = ANY (ARRAY['broadcast'::text, 'other'::text]))", 2),
            ("(extension <> ALL (ARRAY['broadcast'::text, 'presence'::text]))", 2),
            ("(\(both) AND f(messages.*))", 2),
        ] {
            guard case .asking(let ruleSet) = Self.plan([Self.policy("a", using: rule)]) else {
                Issue.record("\(rule)")
                continue
            }
            #expect(ruleSet.rules.count == count, "\(rule)")
        }
    }

    @Test("Who may read is asked for a class even where no rule is asked")
    func readerClass() {
        let bypass = Self.plan([], obeysPolicies: false, hasReaderClass: true)
        guard case .asking(let ruleSet) = bypass else {
            Issue.record("\(bypass)")
            return
        }
        #expect(ruleSet.hasReaderClass && ruleSet.settled.rawValue == 15)
        #expect(
            Self.plan([], maySelect: false, obeysPolicies: false, hasReaderClass: true)
                == .settled(
                    Verdict(
                        broadcastRead: false,
                        presenceRead: false,
                        broadcastWrite: true,
                        presenceWrite: true
                    ),
                    failedRules: []
                )
        )
    }
}
