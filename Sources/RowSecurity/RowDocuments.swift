internal import Topics

/// How a function gets at the rows that it is asked about: texts become `jsonb`, reduced to the
/// columns that matter, once for all callers.
struct RowDocuments {
    /// Without these a row is NULL, which answers no.
    let neededColumns: [String]
    /// What is kept; nil for everything.
    let keptColumns: [String]?

    /// Fills `waypost_documents` from `waypost_values`, as statements of PL/pgSQL.
    var reading: String {
        """
        BEGIN
            waypost_documents := ARRAY(
                SELECT \(document("waypost_given"))
                FROM unnest(waypost_values::jsonb[])
                    WITH ORDINALITY AS waypost_rows(waypost_given, waypost_number)
                ORDER BY waypost_number);
        EXCEPTION WHEN OTHERS THEN
            FOR waypost_index IN 1 .. cardinality(waypost_values) LOOP
                waypost_documents[waypost_index] := NULL;
                BEGIN
                    waypost_documents[waypost_index] := (
                        SELECT \(document("waypost_given"))
                        FROM (SELECT waypost_values[waypost_index]::jsonb AS waypost_given)
                            AS waypost_row);
                EXCEPTION WHEN OTHERS THEN NULL;
                END;
            END LOOP;
        END;
        """
    }

    private func document(_ given: String) -> String {
        let kept =
            keptColumns.map { columns in
                """
                coalesce((
                    SELECT jsonb_object_agg(waypost_pair.key, waypost_pair.value)
                    FROM jsonb_each(\(given)) AS waypost_pair
                    WHERE waypost_pair.key = ANY (\(Self.array(columns)))), '{}')
                """
            } ?? given
        return "CASE WHEN \(given) ?& \(Self.array(neededColumns)) THEN \(kept) END"
    }

    private static func array(_ names: [String]) -> String {
        "ARRAY[\(names.map(SQLText.literal).joined(separator: ", "))]::text[]"
    }
}
