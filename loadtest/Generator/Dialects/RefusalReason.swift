/// Makes of what servers say about refusals something that can be counted.
enum RefusalReason {
    /// The code of a reason such as `Unauthorized: You do not have …`; of one without a code the
    /// words, numbers in them as `N`.
    static func counted(_ reason: String) -> String {
        if let colon = reason.firstRange(of: ": ") {
            let code = reason[..<colon.lowerBound]
            if code.first?.isUppercase == true, code.allSatisfy({ $0.isLetter && $0.isASCII }) {
                return String(code)
            }
        }
        var counted = ""
        for character in reason {
            guard character.isASCII, character.isNumber else {
                counted.append(character)
                continue
            }
            if counted.last != "N" { counted += "N" }
        }
        return counted
    }
}
