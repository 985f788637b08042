import RowSecurity
import Testing

@Suite struct BindingProblemTests {
    @Test("A problem reads as the database driver of Supabase writes it")
    func texts() {
        let raised = BindingProblem(message: "invalid column for filter nope")
        #expect(raised.text == "ERROR P0001 (raise_exception) invalid column for filter nope")
        #expect("\(raised)" == "invalid column for filter nope")
        let cast = BindingProblem(sqlState: "22P02", message: "invalid input syntax")
        #expect(cast.text == "ERROR 22P02 (invalid_text_representation) invalid input syntax")
        #expect(BindingProblem(sqlState: "XX000", message: "x").text == "ERROR XX000 x")
    }
}
