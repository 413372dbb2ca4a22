internal import StrictYAML
internal import TenureAPI
internal import TenureClient

/// Why a command did not do what was asked, and with what the program ends.
struct CommandFailure: Error {
    let status: ExitStatus
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    /// Nil of errors that the argument parser has words for.
    init?(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as ClientError: self.init(error.exitStatus, error.description)
        case let error as FileError: self.init(.fault, error.description)
        case let fault as YAMLFault: self.init(.usage, fault.description)
        default: return nil
        }
    }

    static func usage(_ message: String) -> CommandFailure { CommandFailure(.usage, message) }
}
