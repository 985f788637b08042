import Changes
import Postgres
import RowSecurity
import TestSupport
import Testing
import Topics

@testable import struct RowSecurity.RowFunction
@testable import struct RowSecurity.RowRule

@Suite("Names are names, whatever they spell")
struct RowFunctionTests {
    private static let schema = "sch\"e'ma; --"
    private static let name = "ta\"b'le $waypost$ é\u{0301}"
    private static let column = "o\"w'n\\er; DROP"

    @Test("A schema, table, column and policy with quotes, backslashes and dollar signs")
    func hostileNames() async throws {
        try await TestDatabase.with(RowsDatabase.toolbox) { database in
            let table = TableName(schema: Self.schema, Self.name)
            let column = SQLText.identifier(Self.column)
            try database.connect().execute(
                """
                CREATE SCHEMA \(SQLText.identifier(Self.schema));
                GRANT USAGE ON SCHEMA \(SQLText.identifier(Self.schema)) TO authenticated;
                CREATE TYPE \(SQLText.identifier(schema: Self.schema, name: "ty\"pe'")) AS ENUM
                    ('a''b', 'c"d');
                CREATE TABLE \(table.sql) (id bigint PRIMARY KEY, \(column) uuid,
                    \(SQLText.identifier("en\"um"))
                    \(SQLText.identifier(schema: Self.schema, name: "ty\"pe'")));
                INSERT INTO \(table.sql) VALUES (1, '\(People.first)', 'a''b'), (2, NULL, NULL);
                GRANT SELECT ON \(table.sql) TO authenticated, service_role;
                ALTER TABLE \(table.sql) ENABLE ROW LEVEL SECURITY;
                CREATE POLICY \(SQLText.identifier("p\"o'l $waypost$")) ON \(table.sql)
                    USING (\(column) = auth.uid() AND EXISTS (
                        SELECT FROM public.members m WHERE m.user_id = \(table.sql).\(column)))
                """
                // A policy cannot name its table with a schema.
                .replacing("= \(table.sql).", with: "= \(SQLText.identifier(Self.name)).")
            )
            let stage = try RowStage(database, table: table)
            let row = try stage.update("1")
            #expect(try stage.sees(Caller(sub: People.first), row))
            #expect(try !stage.sees(Caller(sub: People.second), row))
            #expect(try !stage.sees(Caller(sub: People.first), updated: "2"))
            try stage.administrator.execute(
                "GRANT USAGE ON SCHEMA \(SQLText.identifier(Self.schema)) TO service_role"
            )
            #expect(try stage.holds(Self.column, .eq, People.first, for: row))
            #expect(try stage.holds("en\"um", .eq, "a'b", for: row))
            #expect(try !stage.holds("en\"um", .eq, "c\"d", for: row))
            try stage.security.renewSnapshots()
            let gone = try stage.change(
                .delete,
                "DELETE FROM \(table.sql) AS changed WHERE id = 1"
            )
            #expect(try stage.sees(Caller(sub: People.first), gone))
            #expect(try !stage.sees(Caller(sub: People.second), gone))
        }
    }

    @Test("Columns called like the function's own variables mean the row's")
    func ownNames() async throws {
        try await TestDatabase.with(RowsDatabase.toolbox) { database in
            let names = [
                "waypost_place", "waypost_number", "waypost_claims", "waypost_answer",
                "waypost_index", "waypost_documents", "waypost_rows", "waypost_yes",
                "waypost_failures",
            ]
            let columns = names.map { "\($0) integer DEFAULT 7" }.joined(separator: ", ")
            let condition = names.map { "\($0) = 7" }.joined(separator: " AND ")
            try database.connect().execute(
                """
                CREATE TABLE public.waypost_rows (id bigint PRIMARY KEY, \(columns));
                INSERT INTO public.waypost_rows (id) VALUES (1), (2);
                UPDATE public.waypost_rows SET waypost_place = 1 WHERE id = 2;
                GRANT SELECT ON public.waypost_rows TO authenticated, service_role;
                ALTER TABLE public.waypost_rows ENABLE ROW LEVEL SECURITY;
                CREATE POLICY p ON public.waypost_rows USING (\(condition))
                """
            )
            let stage = try RowStage(database, table: TableName("waypost_rows"))
            #expect(try stage.sees(Caller(), updated: "1"))
            #expect(try !stage.sees(Caller(), updated: "2"))
            let row = try stage.update("2")
            for name in names {
                let isSeven = try stage.holds(name, .eq, "7", for: row)
                #expect(isSeven == (name != "waypost_place"), "\(name)")
            }
        }
    }
}
