/// The version of this gateway.
public enum GatewayVersion {
    /// The version by semantic versioning; `-dev` until it is released.
    public static let text = "0.1.0-dev"
}
