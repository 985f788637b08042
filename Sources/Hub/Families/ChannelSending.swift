/// What one channel has sent of late; a channel that sends nothing has none.
final class ChannelSending {
    /// Broadcasts within the last second, where the topic's file limits them.
    var window = SlidingWindow()

    /// The texts that it sends, where streams of tokens are looked for.
    var streams = TokenStreamWatch()
}
