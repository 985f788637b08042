import Glibc

/// The process's limit of open files, which bounds its connections.
public enum DescriptorLimit {
    /// Raises the soft limit to the hard one; call it before the first ``Loop`` is made.
    ///
    /// - Parameter ceiling: The most to ask for. Default 262,144: libwebsockets keeps 16 bytes for
    ///   each possible descriptor in every loop, so an unlimited number has its price.
    /// - Returns: The limit that holds from now on, in descriptors.
    @discardableResult
    public static func raise(ceiling: Int = 1 << 18) -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return 1_024
        }
        let wanted = max(limit.rlim_cur, min(limit.rlim_max, rlim_t(ceiling)))
        if wanted > limit.rlim_cur {
            limit.rlim_cur = wanted
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// How many connections each loop may take under a limit.
    ///
    /// - Parameters:
    ///   - limit: Descriptors of the process, as ``raise(ceiling:)`` returned them.
    ///   - loopCount: Loops that share them, 1 or more.
    ///   - reserve: Descriptors for everything else: the database, logs, the loops themselves.
    /// - Returns: At least 1.
    public static func connectionCountMax(
        limit: Int,
        loopCount: Int,
        reserve: Int = 256
    ) -> Int {
        precondition(loopCount > 0, "connections without a loop")
        return max(1, (limit - reserve) / loopCount)
    }
}
