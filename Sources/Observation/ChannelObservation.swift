import Logging

/// What is seen of channels, from their join to their end.
public enum ChannelObservation: Sendable {
    /// A connection asked to join a topic.
    case joinAsked(family: FamilyLabel, isPrivate: Bool)

    /// A join was accepted, so long after it was asked for.
    case joinAccepted(family: FamilyLabel, isPrivate: Bool, after: Duration)

    /// A join was refused.
    case joinRefused(family: FamilyLabel, isPrivate: Bool, code: String)

    /// A join's configuration had fields of the wrong type; their defaults were used.
    case joinFieldsInvalid(fieldCount: Int)

    /// A channel ended because its connection asked for it, or ended itself.
    case left

    /// The gateway ended a channel, with the reason's code.
    case cut(code: String)

    /// The gateway ended a channel because of what was committed, so long after that.
    case revoked(code: String, after: Duration)
}

extension ChannelObservation {
    var line: LogLine {
        switch self {
        case .joinAsked(let family, let isPrivate):
            LogLine(.joinAsked, ["family": "\(family)", "private": "\(isPrivate)"])
        case .joinAccepted(let family, let isPrivate, let after):
            LogLine(
                .joinAccepted,
                ["family": "\(family)", "private": "\(isPrivate)", "seconds": .seconds(after)]
            )
        case .joinRefused(let family, let isPrivate, let code):
            LogLine(
                .joinRefused,
                ["family": "\(family)", "private": "\(isPrivate)", "code": "\(code)"]
            )
        case .joinFieldsInvalid(let count): LogLine(.joinFieldsInvalid, ["fields": "\(count)"])
        case .left: LogLine(.channelLeft)
        case .cut(let code): LogLine(.channelCut, ["code": "\(code)"])
        case .revoked(let code, let after):
            LogLine(.channelRevoked, ["code": "\(code)", "seconds": .seconds(after)])
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .joinAsked: [.add(.joinsAsked)]
        case .joinAccepted(_, _, let after):
            [.add(.joinsAccepted), .observe(.joinSeconds, after)]
        case .joinRefused(_, _, let code): [.add(.joinsRefused, [code])]
        case .joinFieldsInvalid: [.add(.joinsWithInvalidFields)]
        case .left: [.add(.channelsLeft)]
        case .cut(let code): [.add(.channelsCut, [code])]
        case .revoked(let code, let after):
            [.add(.channelsCut, [code]), .observe(.revocationLagSeconds, after)]
        }
    }
}
