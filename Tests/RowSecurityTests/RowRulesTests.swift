import Changes
import Postgres
import RowSecurity
import TestSupport
import Testing
import Topics
import Wire

@Suite("Rules are read again")
struct RowRulesTests {
    @Test("A policy that was replaced takes effect with the next answer after the check")
    func replaced() async throws {
        try await RowStage.with("CREATE POLICY p ON public.items USING (true)") { stage in
            let row = try stage.update("1")
            #expect(try stage.sees(Caller(), row))
            try stage.administrator.execute("DROP POLICY p ON public.items")
            #expect(try !stage.sees(Caller(), row))
            try stage.administrator.execute("ALTER TABLE public.items DISABLE ROW LEVEL SECURITY")
            #expect(try stage.sees(Caller(), row))
            try stage.administrator.execute("REVOKE ALL ON public.items FROM authenticated")
            #expect(try !stage.sees(Caller(), row))
        }
    }

    @Test("Reading rules that have not changed compiles nothing anew")
    func unchanged() async throws {
        try await RowStage.with("CREATE POLICY p ON public.items USING (true)") { stage in
            let row = try stage.update("1")
            #expect(try stage.sees(Caller(), row))
            let before = stage.rulesReadCount
            for _ in 0..<3 { #expect(try stage.sees(Caller(), row)) }
            try stage.security.refresh([stage.table])
            #expect(stage.rulesReadCount == before)
            try stage.administer("CREATE POLICY q ON public.items AS RESTRICTIVE USING (false)")
            #expect(try !stage.sees(Caller(), row))
            #expect(stage.rulesReadCount > before)
        }
    }

    @Test("A function that was replaced under a policy is asked anew at once")
    func staleNames() async throws {
        try await TestDatabase.with(RowsDatabase.toolbox) { database in
            let stage = try RowStage(database, policyCheckInterval: .seconds(3_600))
            try stage.administer(
                """
                CREATE TYPE public.answer AS (yes boolean);
                CREATE FUNCTION public.ask() RETURNS boolean LANGUAGE sql STABLE
                    AS $$ SELECT true $$;
                ALTER TABLE public.items ENABLE ROW LEVEL SECURITY;
                GRANT SELECT ON public.items TO authenticated;
                CREATE POLICY p ON public.items USING (public.ask())
                """
            )
            let row = try stage.update("1")
            #expect(try stage.sees(Caller(), row))
            try stage.administrator.execute(
                """
                DROP FUNCTION public.ask() CASCADE;
                CREATE POLICY p ON public.items USING (team = 1)
                """
            )
            // The compiled rule names a function that is gone: the catalog is read at once.
            let isSeen = try await eventually { try stage.sees(Caller(), row) }
            #expect(isSeen)
        }
    }
}
