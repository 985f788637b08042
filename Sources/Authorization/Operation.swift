/// What is done to the probe's row: selecting it is reading the topic, inserting it is writing.
enum Operation: Hashable, CaseIterable, Sendable {
    case read
    case write
}
