internal import Wire

extension DialectName {
    /// What speaks the protocol.
    ///
    /// - Parameter serializer: 1 or 2, where there are two forms of messages; 2 is the usual one.
    /// - Returns: The dialect.
    public func make(serializer: Int) -> any Dialect {
        let form: Serializer = serializer == 1 ? .v1 : .v2
        return switch self {
        case .realtime: RealtimeDialect(serializer: form)
        case .phoenix: PhoenixDialect(serializer: form)
        case .plain: PlainDialect()
        case .nats: NATSDialect()
        }
    }
}
