import Wire

extension MalformedMessage {
    /// One word for the kind of malformation, fit for a metric's label.
    var kind: String {
        switch self {
        case .notJSON: "not_json"
        case .wrongContainer: "wrong_container"
        case .tooFewElements: "too_few_elements"
        case .keyMissing: "key_missing"
        case .topicNotString: "topic_not_string"
        case .nameNotString: "name_not_string"
        case .refTooLong: "ref_too_long"
        case .binaryNotTaken: "binary_not_taken"
        case .kindUnknown: "kind_unknown"
        case .frameEndsEarly: "frame_ends_early"
        case .partNotUTF8: "part_not_utf8"
        }
    }
}
