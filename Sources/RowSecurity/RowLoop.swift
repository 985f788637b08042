internal import Topics

/// The body of a PL/pgSQL function that answers many askers about many rows in one call.
///
/// All rows of an asker are one statement, in a subtransaction that is always rolled back; where
/// that raises, each row is asked by itself. Fewer answers than askers come back when the time is
/// up.
struct RowLoop {
    /// Variables besides the loop's own.
    let declarations: String
    /// Fills `waypost_documents`.
    let documents: String
    /// The array that has an entry for each asker.
    let askers: String
    /// Takes in what is the asker's own.
    let preparation: String
    /// Becomes whoever evaluates.
    let assuming: String
    /// The letter of the row at `waypost_place`, as an SQL expression.
    let letter: String
    /// Appends the letter of the row at `waypost_place` to `waypost_answer`, whatever it raises.
    let askingOne: String

    /// The function's source.
    var source: String {
        """
        #variable_conflict use_column
        DECLARE
            waypost_began timestamptz := clock_timestamp();
            waypost_documents jsonb[];
            waypost_asked integer[];
            waypost_index integer;
            waypost_place integer;
            waypost_yes boolean;
            \(declarations)
        BEGIN
        \(documents)
        FOR waypost_index IN 1 .. cardinality(\(askers)) LOOP
            waypost_answer := NULL;
            waypost_failures := '';
            waypost_asked := waypost_places[waypost_index];
            \(preparation)
            BEGIN
                \(assuming)
                SELECT string_agg(\(letter), '' ORDER BY waypost_number)
                    INTO waypost_answer
                    FROM unnest(waypost_asked)
                        WITH ORDINALITY AS waypost_rows(waypost_place, waypost_number);
                \(RuleSQL.undoing)
            EXCEPTION
                \(Self.canceled(unless: "waypost_answer IS NOT NULL"))
                WHEN OTHERS OR assert_failure THEN NULL;
            END;
            IF waypost_answer IS NULL THEN
                waypost_answer := '';
                FOREACH waypost_place IN ARRAY waypost_asked LOOP
                    \(askingOne)
                END LOOP;
            END IF;
            RETURN NEXT;
            EXIT WHEN clock_timestamp() - waypost_began > waypost_patience;
        END LOOP;
        END
        """
    }

    /// Ends the call when the database's time limit has struck: it strikes once for a statement.
    static func canceled(unless condition: String) -> String {
        """
        WHEN query_canceled THEN
            IF NOT (\(condition)) THEN
                waypost_answer := 'c';
                RETURN NEXT;
                RETURN;
            END IF;
        """
    }
}
