internal import CLibEv

/// A libev loop with the watchers a ``Loop`` needs, freed together.
@safe final class EventLoop {
    private static let hurrySeconds = 0.1

    /// What the C callbacks find their loop by; it outlives every watcher.
    final class Owner {
        unowned(unsafe) var loop: Loop?

        /// The owner behind a watcher's data.
        static func loop(_ data: UnsafeMutableRawPointer?) -> Loop? {
            guard let data = unsafe data else { return nil }
            return unsafe Unmanaged<Owner>.fromOpaque(data)._withUnsafeGuaranteedRef {
                unsafe $0.loop
            }
        }
    }

    let raw: OpaquePointer
    let owner = Owner()
    let async: UnsafeMutablePointer<ev_async>
    private let prepare: UnsafeMutablePointer<ev_prepare>
    private let idle: UnsafeMutablePointer<ev_idle>
    private let timer: UnsafeMutablePointer<ev_timer>
    private let hurry: UnsafeMutablePointer<ev_timer>
    private var readables: [UnsafeMutablePointer<ev_io>] = unsafe []

    /// Makes the loop and starts its watchers; they do nothing before ``Owner/loop`` is set.
    init(tickSeconds: Double) throws(LoopError) {
        guard let loop = unsafe ev_loop_new(ev_shim_backends()) else { throw .engineFailed }
        unsafe raw = loop
        unsafe async = .allocate(capacity: 1)
        unsafe async.initialize(to: ev_async())
        unsafe prepare = .allocate(capacity: 1)
        unsafe prepare.initialize(to: ev_prepare())
        unsafe idle = .allocate(capacity: 1)
        unsafe idle.initialize(to: ev_idle())
        unsafe timer = .allocate(capacity: 1)
        unsafe timer.initialize(to: ev_timer())
        unsafe hurry = .allocate(capacity: 1)
        unsafe hurry.initialize(to: ev_timer())
        let data = unsafe Unmanaged.passUnretained(owner).toOpaque()
        unsafe ev_shim_async_init(async, awoken, data)
        unsafe ev_shim_prepare_init(prepare, aboutToWait, data)
        unsafe ev_shim_idle_init(idle, hasNothingElse, data)
        unsafe ev_shim_timer_init(timer, ticked, tickSeconds, data)
        unsafe ev_shim_timer_init(hurry, hurried, Self.hurrySeconds, data)
        unsafe ev_async_start(loop, async)
        unsafe ev_prepare_start(loop, prepare)
        unsafe ev_timer_start(loop, timer)
    }

    deinit {
        for number in unsafe readables.indices {
            unsafe ev_io_stop(raw, readables[number])
            unsafe readables[number].deallocate()
        }
        unsafe ev_idle_stop(raw, idle)
        unsafe ev_timer_stop(raw, timer)
        unsafe ev_timer_stop(raw, hurry)
        unsafe ev_prepare_stop(raw, prepare)
        unsafe ev_async_stop(raw, async)
        unsafe ev_loop_destroy(raw)
        unsafe async.deallocate()
        unsafe prepare.deallocate()
        unsafe idle.deallocate()
        unsafe timer.deallocate()
        unsafe hurry.deallocate()
    }

    func run() { unsafe ev_shim_run(raw) }

    func breakOut() { unsafe ev_shim_break(raw) }

    /// Keeps the loop from waiting in the kernel, for as long as there is work left over.
    func setHasWorkLeft(_ hasWorkLeft: Bool) {
        if hasWorkLeft { unsafe ev_idle_start(raw, idle) } else { unsafe ev_idle_stop(raw, idle) }
    }

    /// Calls ``Loop/hurried()`` again and again, for as long as there is reason to.
    func setHurries(_ hurries: Bool) {
        guard hurries else { return unsafe ev_timer_stop(raw, hurry) }
        unsafe ev_timer_start(raw, hurry)
    }

    /// Watches a listening socket; the answer is the watcher's number.
    func addReadable(_ descriptor: Int32) -> Int {
        let watcher = UnsafeMutablePointer<ev_io>.allocate(capacity: 1)
        unsafe watcher.initialize(to: ev_io())
        let data = unsafe Unmanaged.passUnretained(owner).toOpaque()
        unsafe ev_shim_readable_init(watcher, canAccept, descriptor, data)
        unsafe ev_io_start(raw, watcher)
        unsafe readables.append(watcher)
        return unsafe readables.count - 1
    }

    func setWatches(readable number: Int, _ watches: Bool) {
        let watcher = unsafe readables[number]
        if watches { unsafe ev_io_start(raw, watcher) } else { unsafe ev_io_stop(raw, watcher) }
    }
}

private func awoken(_: OpaquePointer?, watcher: UnsafeMutablePointer<ev_async>?, _: CInt) {
    unsafe EventLoop.Owner.loop(watcher?.pointee.data)?.turned()
}

private func aboutToWait(_: OpaquePointer?, watcher: UnsafeMutablePointer<ev_prepare>?, _: CInt) {
    unsafe EventLoop.Owner.loop(watcher?.pointee.data)?.flush()
}

/// Its presence alone keeps the loop turning.
private func hasNothingElse(_: OpaquePointer?, _: UnsafeMutablePointer<ev_idle>?, _: CInt) {}

private func ticked(_: OpaquePointer?, watcher: UnsafeMutablePointer<ev_timer>?, _: CInt) {
    unsafe EventLoop.Owner.loop(watcher?.pointee.data)?.ticked()
}

private func hurried(_: OpaquePointer?, watcher: UnsafeMutablePointer<ev_timer>?, _: CInt) {
    unsafe EventLoop.Owner.loop(watcher?.pointee.data)?.hurried()
}

private func canAccept(_: OpaquePointer?, watcher: UnsafeMutablePointer<ev_io>?, _: CInt) {
    guard let watcher = unsafe watcher else { return }
    unsafe EventLoop.Owner.loop(watcher.pointee.data)?.accept(descriptor: watcher.pointee.fd)
}
