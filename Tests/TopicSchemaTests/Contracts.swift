import Topics

/// Contracts for tests, made without files.
enum Contracts {
    static func place(_ line: Int, in file: String = "trip.yaml") -> SourcePlace {
        SourcePlace(file: file, line: line)
    }

    static let trip = TopicFamily(
        pattern: TopicPattern(family: "trip", parameters: [.init(name: "trip_id", type: .bigint)]),
        members: MemberRules(
            read: RuleExpression(
                "public.user_has_trip_access(public.rt_user_id(), trip_id)",
                at: place(4)
            ),
            write: RuleExpression(
                "public.user_has_trip_edit_access(public.rt_user_id(), trip_id)",
                at: place(5)
            ),
            presenceWrite: RuleExpression(
                "public.user_has_trip_access(public.rt_user_id(), trip_id)",
                at: place(6)
            ),
            readerClass: RuleExpression(
                """
                case when public.user_has_trip_edit_access(public.rt_user_id(), trip_id)
                    then 'editor' else 'viewer' end
                """,
                at: place(7)
            ),
            dependencies: [
                MembershipDependency(
                    table: TableName("trips"),
                    key: [ColumnPath("id")],
                    columns: ["user_id"],
                    at: place(9)
                ),
                MembershipDependency(
                    table: TableName("trip_collaborators"),
                    key: [ColumnPath("trip_id")],
                    member: "user_id",
                    at: place(10)
                ),
            ]
        ),
        changes: [
            FamilyChange(table: TableName("trips"), key: [ColumnPath("id")], at: place(12)),
            FamilyChange(table: TableName("flights"), key: [ColumnPath("trip_id")], at: place(13)),
            FamilyChange(
                table: TableName("trip_collaborators"),
                key: [ColumnPath("trip_id")],
                at: place(14)
            ),
        ],
        at: place(1)
    )

    static let user = TopicFamily(
        pattern: TopicPattern(family: "user", parameters: [.init(name: "user_id", type: .uuid)]),
        members: MemberRules(
            read: RuleExpression("user_id = public.rt_user_id()", at: place(3, in: "user.yaml")),
            write: RuleExpression("user_id = public.rt_user_id()", at: place(3, in: "user.yaml")),
            presenceWrite: RuleExpression(
                "user_id = public.rt_user_id()",
                at: place(3, in: "user.yaml")
            )
        ),
        changes: [
            FamilyChange(
                table: TableName("notifications"),
                key: [ColumnPath("user_id")],
                at: place(5, in: "user.yaml")
            )
        ],
        at: place(1, in: "user.yaml")
    )

    static let both = TopicContract([trip, user])

    /// A family with one rule for reading.
    static func family(
        _ name: String,
        _ parameters: [TopicPattern.Parameter],
        read: String,
        roles: [String] = ["authenticated"],
        dependencies: [MembershipDependency] = [],
        changes: [FamilyChange] = []
    ) -> TopicFamily {
        TopicFamily(
            pattern: TopicPattern(family: name, parameters: parameters),
            members: MemberRules(
                roles: roles,
                read: RuleExpression(read, at: place(3, in: "\(name).yaml")),
                write: nil,
                dependencies: dependencies
            ),
            changes: changes,
            at: place(1, in: "\(name).yaml")
        )
    }
}
