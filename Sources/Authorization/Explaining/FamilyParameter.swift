internal import Topics

/// A parameter of a topic family with what a topic's name has for it.
struct FamilyParameter {
    let name: String
    let type: TopicPattern.ParameterType
    let text: String

    /// The parameters of a topic that its family's pattern covers.
    static func all(of family: TopicFamily, in topic: TopicName) -> [FamilyParameter] {
        let bytes = topic.text.utf8
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .dropFirst()
        return zip(family.pattern.parameters, parts).map { parameter, part in
            FamilyParameter(
                name: parameter.name,
                type: parameter.type,
                text: String(decoding: part, as: UTF8.self)
            )
        }
    }

    /// The parameter as a variable of PL/pgSQL.
    var variable: ExplanationFunction.Variable {
        ExplanationFunction.Variable(name: name, type: typeName, value: text)
    }

    /// An expression that is the parameter's value where it is of its type; else it is another
    /// text, NULL, or raises.
    var check: String {
        let literal = SQLText.literal(text)
        switch type {
        case .bigint, .uuid: return "(\(literal))::\(typeName)"
        case .text(let pattern):
            return "(SELECT \(literal) WHERE \(literal) ~ \(SQLText.literal("^(?:\(pattern))$")))"
        }
    }

    /// Whether the topic's name has a value of the parameter's type, by the answer to ``check``.
    func fits(_ answer: ExplanationFunction.Answer?) -> Bool {
        guard let value = answer?.value else { return false }
        switch type {
        case .bigint: return value == text
        case .uuid: return value == text.lowercased()
        case .text: return true
        }
    }

    /// The parameter for people: its value, or that it is none.
    func explained(_ answer: ExplanationFunction.Answer?) -> ExplainedValue {
        let raised = fits(answer) ? nil : answer?.raised ?? .unknown
        return ExplainedValue(expression: "\(name) (\(typeName))", value: text, raised: raised)
    }

    private var typeName: String {
        switch type {
        case .bigint: "bigint"
        case .uuid: "uuid"
        case .text: "text"
        }
    }
}
