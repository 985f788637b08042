internal import Topics

/// A function in schema `realtime` as the topic files want it.
struct WantedFunction: Hashable {
    /// Who may call it.
    enum Callers: Hashable {
        /// Everybody who may use the schema.
        case everybody
        /// These roles, and no other.
        case roles([String])
    }

    /// The name in schema `realtime`, not quoted.
    let name: String
    /// The type of its one parameter, as `format_type` spells it; nil for none.
    let parameter: String?
    /// The type of its answer, as `format_type` spells it.
    let answer: String
    let language: String
    /// `i` for IMMUTABLE, `s` for STABLE, as the catalog has it.
    let volatility: String
    let body: String
    let callers: Callers
    let family: String?
    /// Where a file asks for it.
    let place: SourcePlace?

    /// The name with its schema and parameter, quoted.
    var signature: String {
        "\(SQLText.identifier(schema: "realtime", name: name))(\(parameter ?? ""))"
    }

    /// The name as people write it.
    var title: String { "function realtime.\(name)(\(parameter ?? ""))" }

    var note: SchemaNote {
        SchemaNote(
            family: family,
            digest: Digest.of([body, answer, language, volatility])
        )
    }

    /// The body as the catalog keeps it.
    var source: String { "\n\(body)\n" }

    /// Makes or replaces it, and says who owns it and who may call it.
    func statements(owner: String) -> [String] {
        let kind = volatility == "i" ? "immutable" : "stable"
        var statements = [
            """
            create or replace function \(signature) returns \(answer)
            language \(language) \(kind) as \(SQLText.body(body));
            """,
            "comment on function \(signature) is \(SQLText.literal(note.text));",
            "alter function \(signature) owner to \(SQLText.identifier(owner));",
        ]
        switch callers {
        case .everybody:
            statements.append("grant execute on function \(signature) to public;")
        case .roles(let roles):
            statements.append("revoke execute on function \(signature) from public;")
            statements += roles.map { role in
                "grant execute on function \(signature) to \(SQLText.identifier(role));"
            }
        }
        return statements
    }
}
