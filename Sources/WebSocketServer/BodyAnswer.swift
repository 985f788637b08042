/// What the loop's owner says to a request that wants to bring a body.
public enum BodyAnswer: Sendable {
    /// The body may come, up to so many bytes; ``LoopDelegate/received(_:body:admission:)`` brings
    /// it, with the value.
    case read(byteCountMax: Int, admission: any Sendable)

    /// The request is answered so, and its body is not kept.
    case refuse(Response)
}
