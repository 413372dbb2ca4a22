internal import TenureAPI

/// Why the server does not start or a command did not do its work: one line that says what to do, and with what the
/// program ends.
package struct StartFailure: Error, CustomStringConvertible {
    /// With what the program ends (CONTRACT, section 2).
    let status: ExitStatus
    /// One line for the terminal; no secret.
    package let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    package var description: String { message }

    /// The program's exit code.
    package var exitCode: Int32 { status.rawValue }

    /// A call that cannot be understood.
    package static func usage(_ message: String) -> StartFailure { StartFailure(.usage, message) }
}
