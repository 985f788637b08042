import Postgres
import TestSupport
import Testing
import Topics

@testable import struct RowSecurity.RowCatalog

@Suite("What the catalog says of tables")
struct RowCatalogTests {
    private static func with(
        _ sql: String,
        _ body: @Sendable (RowCatalog, UInt32) throws -> Void
    ) async throws {
        try await TestDatabase.with(RowsDatabase.toolbox) { database in
            let administrator = try database.connect()
            try administrator.execute(sql)
            let number = try administrator.query("SELECT 'public.items'::regclass::oid")
                .integer(0, 0)
            let oid = UInt32(number ?? 0)
            let connection = try database.connect(user: "waypost")
            let catalog = try RowCatalog.read(
                from: connection,
                roleNames: ["anon", "nobody", "rows_heir", "rows_foreign"],
                tables: [oid, 1]
            )
            let again = try RowCatalog.read(
                from: connection,
                roleNames: ["anon", "nobody", "rows_heir", "rows_foreign"],
                tables: [oid, 1]
            )
            #expect(catalog == again)
            try body(catalog, oid)
        }
    }

    @Test("Roles that are not there, not granted, or not theirs to inherit")
    func roles() async throws {
        try await Self.with(
            """
            GRANT SELECT (id, title) ON public.items TO rows_group;
            CREATE POLICY p ON public.items TO rows_group USING (true);
            CREATE POLICY q ON public.items FOR INSERT WITH CHECK (true)
            """
        ) { catalog, oid in
            #expect(catalog.roles == [true, nil, true, false])
            #expect(catalog.tables.count == 1)
            let table = try #require(catalog.tables[oid])
            #expect(table.name == TableName("items"))
            #expect(table.column("title")?.readers == [2])
            #expect(table.column("secret")?.readers == [])
            #expect(table.columns.filter(\.isKey).map(\.name) == ["id"])
            #expect(table.policies.map(\.name) == ["p"])
            #expect(table.policies[0].rolePlaces == [2])
            #expect(table.mayRead(rolePlace: 2) && !table.mayRead(rolePlace: 0))
            #expect(!table.mayRead(rolePlace: 9))
        }
    }

    @Test("Which columns a policy means")
    func columns() async throws {
        try await Self.with(
            """
            CREATE POLICY a ON public.items USING (owner = auth.uid() AND EXISTS (
                SELECT FROM public.members m WHERE m.team = items.team));
            CREATE POLICY b ON public.items USING (public.is_mine(items));
            CREATE POLICY c ON public.items USING (xmin IS NOT NULL);
            CREATE POLICY d ON public.items USING (team = 1) WITH CHECK (secret IS NULL);
            CREATE POLICY e ON public.items USING (true)
            """
        ) { catalog, oid in
            let policies = try #require(catalog.tables[oid]?.policies)
            let byName = Dictionary(uniqueKeysWithValues: policies.map { ($0.name, $0) })
            #expect(byName["a"]?.columns == ["owner", "team"])
            #expect(byName["a"]?.isWhole == false && byName["b"]?.isWhole == true)
            #expect(byName["c"]?.hasSystemColumns == true)
            #expect(byName["a"]?.hasSystemColumns == false)
            #expect(byName["d"]?.columns == ["team"])
            #expect(byName["e"]?.columns == [])
        }
    }

    @Test("Types are named with their schemas, domains with what they are over")
    func types() async throws {
        try await Self.with("SELECT 1") { catalog, oid in
            let table = try #require(catalog.tables[oid])
            let level = try #require(table.column("level")?.type)
            #expect(level.sql == "\"public\".\"level\"" && level.isDomain)
            #expect(level.underlyingText == "integer" && level.text == "public.level")
            let code = try #require(table.column("code")?.type)
            #expect(code.sql == "\"pg_catalog\".\"bpchar\"" && code.text == "character")
            #expect(table.column("folded")?.type.collation == "\"public\".\"folding\"")
            #expect(table.column("title")?.type.collation == nil)
        }
    }
}
