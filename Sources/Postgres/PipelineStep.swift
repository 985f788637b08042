/// One entry of a pipeline.
///
/// Steps up to a ``sync`` form a group, which is one transaction unless the steps say otherwise:
/// when one fails, the rest of its group is skipped and what the group did is rolled back. The next
/// group starts afresh.
public enum PipelineStep: Sendable {
    /// One statement with its parameters in text form; nil is NULL.
    case query(String, [String?] = [])
    /// A prepared statement's name and its parameters in text form; nil is NULL.
    case prepared(String, [String?] = [])
    /// The end of a group.
    case sync
}
