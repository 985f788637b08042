internal import Topics

/// The questions that the rules of a family answer, each by a function of its own.
enum FamilyRule: String, CaseIterable {
    case read
    case write
    case presenceRead = "presence_read"
    case presenceWrite = "presence_write"
    case readerClass = "class"

    /// The questions whose answers are yes or no.
    static let doors: [FamilyRule] = [.read, .write, .presenceRead, .presenceWrite]

    /// What a family's file says about the question; nil for nobody, or for no classes.
    func expression(in members: MemberRules) -> RuleExpression? {
        switch self {
        case .read: members.read
        case .write: members.write
        case .presenceRead: members.presenceRead
        case .presenceWrite: members.presenceWrite
        case .readerClass: members.readerClass
        }
    }

    /// The question as topic files name it.
    var fileName: String {
        switch self {
        case .read, .write, .readerClass: rawValue
        case .presenceRead: "presence read"
        case .presenceWrite: "presence write"
        }
    }
}

extension MemberRules {
    /// The rule whose function answers a question: the first with the same text.
    ///
    /// Rules that are written alike are one function, so that nobody asks them twice.
    func representative(of rule: FamilyRule) -> FamilyRule? {
        guard let expression = rule.expression(in: self) else { return nil }
        guard rule != .readerClass else { return rule }
        return FamilyRule.doors.first { other in
            other.expression(in: self)?.sql.utf8.elementsEqual(expression.sql.utf8) ?? false
        }
    }

    /// The rules that have functions of their own.
    var distinctRules: [FamilyRule] {
        FamilyRule.allCases.filter { representative(of: $0) == $0 }
    }
}
