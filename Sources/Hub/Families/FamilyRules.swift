import Topics

/// What one topic file says, shared by all channels of a loop that it is about.
///
/// A channel keeps one reference instead of a family with all its lists.
final class FamilyRules {
    let family: TopicFamily

    init(_ family: TopicFamily) { self.family = family }
}
