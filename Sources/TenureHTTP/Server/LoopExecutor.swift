internal import NIOCore

/// Runs the tasks of a connection on the event loop that reads and writes it. A request that waits for nothing is then
/// answered without another thread being woken, which would cost more than most answers do.
///
/// What takes long does not belong here, since the loop's other connections wait meanwhile: `Dispatch` takes it to the
/// pool.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        // A closure cannot take the job over, so it takes an unowned one. It is run once and only once: the loop runs
        // whatever it was given, also while it shuts down, and nobody else is given it.
        let job = UnownedJob(job)
        loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
