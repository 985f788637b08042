import Testing

/// Each rule finds what it is there to find, and nothing beside it.
@Suite struct TidyRulesTests {
    private func file(_ text: String) -> Repository.File {
        Repository.File(path: "Sources/Hub/Planted.swift", text: text)
    }

    @Test("A file of 500 lines passes, one more does not")
    func fileLength() {
        let line = "let a = 1\n"
        #expect(TidyRules.fileLength(file(String(repeating: line, count: 500))) == [])
        #expect(TidyRules.fileLength(file(String(repeating: line, count: 501))).count == 1)
    }

    @Test("A line of 100 columns passes, one more does not, and letters count once")
    func columns() {
        #expect(TidyRules.columns(file(String(repeating: "é", count: 100))) == [])
        #expect(
            TidyRules.columns(file("\n" + String(repeating: "a", count: 101))).map(\.line) == [2]
        )
        let long = String(repeating: "a ", count: 60)
        #expect(TidyRules.columns(file("say(\"\(long)\")")) == [])
        #expect(TidyRules.columns(file("// \(long)")).count == 1)
    }

    @Test("A function of 70 lines passes, one more does not")
    func functionLength() {
        for (count, findings) in [(68, 0), (69, 1)] {
            let body = String(repeating: "    call { $0 }\n", count: count)
            #expect(
                TidyRules.functionLength(file("func long() {\n\(body)}\n")).count == findings
            )
            #expect(
                TidyRules.functionLength(file("    var long: [Int] {\n\(body)}\n")).count
                    == findings
            )
            #expect(
                TidyRules.functionLength(file("public init?(a: Int = { 1 }()) {\n\(body)}\n")).count
                    == findings
            )
        }
    }

    @Test("A requirement without a body, a stored property and a call are no functions")
    func noFunctions() {
        let long = String(repeating: "    case a\n", count: 100)
        let text = """
            protocol P {
                func a() -> Int
                init(b: Int)
                var c: Int { get }
            }
            var table: [Int] = [
            \(long)]
            let value = T.init(x: 1)
            enum E {
            \(long)}
            """
        #expect(TidyRules.functionLength(file(text)) == [])
    }

    @Test("Leftover marks are found as words only")
    func leftovers() {
        let mark = "TO" + "DO"
        #expect(TidyRules.leftovers(file("// \(mark): later\nlet \(mark)s = 1")).map(\.line) == [1])
    }

    @Test("Printing is found in code, not in text, comments, members or declarations")
    func printing() {
        let text = """
            print("a")
            // print("b")
            let c = "print(d) \\(debugPrint(e))"
            f.print(g)
            func print(_ h: Int) {}
            let printed = 1
            """
        #expect(TidyRules.printing(file(text)).map(\.line) == [1, 3])
    }

    @Test("Unsafe words are found in code, not in text")
    func unsafeCode() {
        let text = """
            let a = unsafe b
            nonisolated(unsafe) var c = 1
            final class D: @unchecked Sendable {}
            func e(_ f: UnsafeRawPointer) {}
            /// unsafe UnsafeRawPointer
            let g = "unsafe"
            """
        #expect(TidyRules.unsafeCode(file(text)).map(\.line) == [1, 2, 3, 4])
    }

    @Test("A promise needs a comment that is not documentation")
    func unchecked() {
        let bare = "/// Documented.\nfinal class A: @unchecked Sendable {}\n"
        #expect(TidyRules.uncheckedWithoutReason(file(bare)).count == 1)
        let reasoned = "/// Documented.\nfinal class A: @unchecked Sendable {\n    // Because.\n}\n"
        #expect(TidyRules.uncheckedWithoutReason(file(reasoned)) == [])
    }

    @Test("Machine paths are found")
    func machinePaths() {
        let path = "/ho" + "me/ann/waypost"
        #expect(TidyRules.machinePaths(file("cd \(path)\ncd ~/waypost")).map(\.line) == [1])
    }

    @Test("Vocabulary looks at whole names of declarations")
    func vocabulary() {
        let text = """
            let client = 1
            let clientCount = 1
            case event(Int)
            case .event: break
            struct LoopManager {}
            func results() { use(result) }
            var Socket = 2
            // let room = 3
            """
        #expect(Vocabulary.findings(file(text), allowed: []).map(\.line) == [1, 3, 5, 7])
        let allowed: Set = ["Sources/Hub/Planted.swift:client"]
        #expect(Vocabulary.findings(file(text), allowed: allowed).map(\.line) == [3, 5, 7])
    }
}
