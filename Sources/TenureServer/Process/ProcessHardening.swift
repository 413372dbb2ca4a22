internal import Glibc
internal import TenureAPI

/// What holds for the whole process before anything else happens (THREATS, T45): files are for nobody else, and no
/// core, debugger or `/proc` of another process of the same user shows its memory.
package enum ProcessHardening {
    /// - Throws: `StartFailure` where the system refuses; the process then holds no secret yet.
    package static func apply() throws(StartFailure) {
        umask(0o077)
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        // defence: T45
        guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0 else {
            throw StartFailure(.fault, "core files cannot be switched off: \(ProtectedFile.reason())")
        }
        // defence: T45
        guard setDumpable(0) == 0 else {
            throw StartFailure(.fault, "the process cannot be closed to others: \(ProtectedFile.reason())")
        }
    }

    /// `prctl(PR_SET_DUMPABLE, …)`. Swift imports no function of C that takes a variable number of arguments, so this
    /// one is looked up; the kernel's call behind it takes five words.
    private static func setDumpable(_ flag: UInt) -> Int32 {
        guard let symbol = unsafe dlsym(nil, "prctl") else { return -1 }
        typealias ProcessControl = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
        let setDumpable: Int32 = 4
        return unsafe unsafeBitCast(symbol, to: ProcessControl.self)(setDumpable, flag, 0, 0, 0)
    }

    /// The process's id.
    static var processID: Int64 { Int64(getpid()) }
}
