internal import Foundation

#if canImport(Glibc)
    internal import Glibc
#endif

/// Texts that no other call has, for names of files that are then renamed into place.
enum Nonce {
    @Sendable static func make() -> String { UUID().uuidString.lowercased() }
}

/// What holds for the whole process.
enum ProcessGuard {
    /// Files that are made here are for nobody else: keys and session tokens are among them.
    static func prepare() {
        umask(0o077)
    }

    /// Whether somebody sits in front of both ends.
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    static var writesToTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
}
