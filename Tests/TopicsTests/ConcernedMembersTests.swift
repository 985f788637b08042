import Testing
import Topics

@Suite struct ConcernedMembersTests {
    private func topic(_ text: String) throws -> TopicName { try TopicName(text) }

    @Test("A topic that no concern names has nobody concerned")
    func nobody() throws {
        let concerned = ConcernedMembers([
            MembershipConcern(.topic(try topic("trip:1"))), MembershipConcern(.family("trip")),
            MembershipConcern(.part("7")),
        ])
        for other in ["session:1", "trips:1", "7", "7:1", "session:77", "session:1:70"] {
            #expect(concerned.members(of: try topic(other)) == nil, "\(other)")
        }
        #expect(ConcernedMembers([]).isEmpty && !concerned.isEmpty)
    }

    @Test("Two spellings of a topic are one, whichever of them the concern has")
    func spellings() throws {
        let upper = ConcernedMembers([MembershipConcern(.topic(try topic("user:AB")))])
        #expect(upper.members(of: try topic("user:ab")) != nil)
        #expect(upper.namedTopics == [try topic("user:ab")])
        for concern in [
            MembershipConcern(.topic(try topic("user:ab"))), MembershipConcern(.part("ab")),
            MembershipConcern(.family("user")),
        ] {
            #expect(ConcernedMembers([concern]).members(of: try topic("User:AB")) != nil)
        }
        let spared = ConcernedMembers(
            [MembershipConcern(.every)],
            sparing: [try topic("user:ab")]
        )
        #expect(spared.members(of: try topic("user:AB")) == nil)
    }

    @Test("However the topic is meant, members are found as each concern alone covers them")
    func likeEachConcern() throws {
        let scopes: [MembershipConcern.Scope] = [
            .every, .part("7"), .part("8"), .family("trip"), .family("a:b"),
            .topic(try topic("trip:7")), .topic(try topic("session:8:7")),
        ]
        let topics = [
            "trip:7", "trip:9", "trip", "session:8:7", "session:8", "a:b:7", "a:b", "a:c:8",
            "trip:", "x::7", "7",
        ]
        let names: [String?] = [nil, "ana", "ben"]
        var dice = Dice(state: 4)
        for _ in 0..<300 {
            let concerns = (0..<Int.random(in: 1...4, using: &dice)).map { _ in
                MembershipConcern(
                    scopes.randomElement(using: &dice) ?? .every,
                    member: names.randomElement(using: &dice) ?? nil
                )
            }
            let concerned = ConcernedMembers(concerns)
            for text in topics {
                let topic = try topic(text)
                for name in names {
                    let expected = concerns.contains {
                        $0.covers(topic) && ($0.member == nil || $0.member == name)
                    }
                    let members = concerned.members(of: topic)
                    let isFound = members?.include(name.map { MemberName($0) }) ?? false
                    #expect(isFound == expected, "\(text) \(name ?? "-") \(concerns)")
                }
            }
        }
    }

    @Test("Topics that are spared have nobody concerned, and topics are listed only by name")
    func spared() throws {
        let gone = try topic("trip:1")
        let concerned = ConcernedMembers(
            [MembershipConcern(.family("trip"), member: "ana")],
            sparing: [gone]
        )
        #expect(concerned.members(of: gone) == nil)
        #expect(concerned.members(of: try topic("trip:2"))?.include(MemberName("ana")) == true)
        #expect(concerned.namedTopics == nil)
        #expect(ConcernedMembers([MembershipConcern(.topic(gone))]).namedTopics == [gone])
    }

    @Test("A UUID is the same member in upper and lower case, and no other text is")
    func cases() {
        let id = "B5000000-0000-4000-8000-0000000000AF"
        #expect(MemberName(id) == MemberName(id.lowercased()))
        #expect(MemberName("Ana") != MemberName("ana"))
        #expect(MemberName(id + "0") != MemberName((id + "0").lowercased()))
        #expect(MemberName("é") != MemberName("e\u{301}"))
    }
}

/// A generator whose sequence its seed decides.
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
