internal import Foundation
internal import Glibc
internal import TenureAPI

/// A program that prints the key-encryption key, for keys that a cloud's KMS or an HSM keeps (docs/keys.md).
///
/// It is started without a shell, in a process group of its own; it inherits no open file. It reads `input`, prints the
/// key, and ends with 0. What it prints is never logged, neither is what it says on standard error.
struct KeyCommand: Hashable, Sendable {
    /// A path from the root.
    var program: String
    /// Everybody on the machine can read these.
    var arguments: [String]
    /// A file that it is given on standard input: the key as the KMS wrapped it.
    var input: String?
    /// After so long it is killed.
    var seconds: Int64

    /// A key's text has 65 bytes.
    static let outputBytesMax = 4_096
    /// What a KMS makes of 32 bytes has a few hundred.
    static let inputBytesMax = 65_536

    /// Runs it, and returns what it printed.
    ///
    /// - Throws: `StartFailure`, without anything that it printed.
    func run() throws(StartFailure) -> [UInt8] {
        try check()
        // One that ends without reading its input is no reason to end with it.
        signal(SIGPIPE, SIG_IGN)
        var content: [UInt8] = []
        if let input {
            content = try ProtectedFile.read(input)
            guard content.count <= Self.inputBytesMax else {
                throw StartFailure(.usage, "\(input) is larger than \(Self.inputBytesMax) bytes")
            }
        }
        let pipes = try CommandPipes()
        defer { pipes.close() }
        let process = try start(pipes)
        pipes.closeTheirs()
        var output: [UInt8] = []
        output.reserveCapacity(Self.outputBytesMax + 1)
        let end = SystemClock.uptimeMilliseconds() + seconds * 1_000
        var fault = exchange(pipes, content[...], &output, until: end)
        if fault == nil {
            switch Self.wait(process, until: end) {
            case 0: return output
            case nil: fault = "did not end within \(seconds) s"
            case let status?: fault = "failed: \(Self.words(status)); run it by hand to see why"
            }
        }
        // Whatever it started ends with it.
        kill(-process, SIGKILL)
        _ = Self.wait(process, until: .max)
        unsafe explicit_bzero(&output, output.count)
        throw StartFailure(.unavailable, "\(program) \(fault ?? "failed")")
    }

    /// Refuses a program that somebody else may exchange (THREATS, T43).
    func check() throws(StartFailure) {
        // defence: T43
        try ProtectedFile.check(FolderPath.resolved(program), .published)
        guard unsafe access(program, X_OK) == 0 else {
            throw StartFailure(.usage, "\(program) cannot be run: \(ProtectedFile.reason())")
        }
    }

    private func start(_ pipes: CommandPipes) throws(StartFailure) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_adddup2(&actions, pipes.theirInput, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, pipes.theirOutput, 1)
        // defence: T45
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // defence: T45
        guard unsafe closesRest(&actions) else { throw StartFailure(.fault, "files cannot be kept from \(program)") }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) }
        var environment = unsafe ProcessInfo.processInfo.environment.map { unsafe strdup("\($0.key)=\($0.value)") }
        defer {
            for place in unsafe words.indices { unsafe free(words[place]) }
            for place in unsafe environment.indices { unsafe free(environment[place]) }
        }
        unsafe words.append(nil)
        unsafe environment.append(nil)
        var process: pid_t = 0
        let error = unsafe posix_spawn(&process, program, &actions, &attributes, words, environment)
        guard error == 0 else {
            throw StartFailure(.unavailable, "\(program) cannot be started: \(ProtectedFile.reason(error))")
        }
        return process
    }

    /// Closes whatever else this process has open. Swift's Glibc does not show this function of GNU.
    private func closesRest(_ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>) -> Bool {
        guard let symbol = unsafe dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return false }
        typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
        return unsafe unsafeBitCast(symbol, to: CloseFrom.self)(actions, 3) == 0
    }

    /// Gives it the input and takes its output, until it closes that; returns what went wrong.
    private func exchange(
        _ pipes: CommandPipes, _ content: ArraySlice<UInt8>, _ output: inout [UInt8], until end: Int64
    ) -> String? {
        var rest = content
        var isOpen = true
        if rest.isEmpty { pipes.closeInput() }
        var chunk = [UInt8](repeating: 0, count: Self.outputBytesMax + 1)
        defer { unsafe explicit_bzero(&chunk, chunk.count) }
        while isOpen {
            let left = end - SystemClock.uptimeMilliseconds()
            guard left > 0 else { return "did not answer within \(seconds) s" }
            var polled = [
                pollfd(fd: pipes.output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: rest.isEmpty ? -1 : pipes.input, events: Int16(POLLOUT), revents: 0),
            ]
            guard unsafe poll(&polled, 2, Int32(clamping: left)) > 0 else { continue }
            if polled[1].revents != 0 {
                let count = unsafe rest.withUnsafeBytes { unsafe write(pipes.input, $0.baseAddress, $0.count) }
                // It may end without having read everything; its exit code says whether that is well.
                rest = count > 0 ? rest.dropFirst(count) : errno == EAGAIN ? rest : []
                if rest.isEmpty { pipes.closeInput() }
            }
            guard polled[0].revents != 0 else { continue }
            let count = unsafe read(pipes.output, &chunk, chunk.count)
            if count > 0 {
                output += chunk[..<count]
                guard output.count <= Self.outputBytesMax else { return "printed more than a key" }
            } else if count == 0 || errno != EINTR && errno != EAGAIN {
                isOpen = false
            }
        }
        return nil
    }

    /// Its status, or nil where it goes on: it may have closed its output and stayed.
    private static func wait(_ process: pid_t, until end: Int64) -> Int32? {
        var status: Int32 = 0
        while true {
            let found = unsafe waitpid(process, &status, WNOHANG)
            if found == process { return status }
            if found < 0, errno != EINTR { return -1 }
            guard SystemClock.uptimeMilliseconds() < end else { return nil }
            _ = poll(nil, 0, 5)
        }
    }

    private static func words(_ status: Int32) -> String {
        let signal = status & 0x7F
        return signal == 0 ? "it ended with \((status >> 8) & 0xFF)" : "signal \(signal) ended it"
    }
}

/// The two pipes between a program and us.
final class CommandPipes {
    private(set) var input: Int32
    let output: Int32
    private(set) var theirInput: Int32
    private(set) var theirOutput: Int32

    init() throws(StartFailure) {
        var inward: [Int32] = [-1, -1]
        var outward: [Int32] = [-1, -1]
        guard unsafe pipe(&inward) == 0, unsafe pipe(&outward) == 0 else {
            throw StartFailure(.fault, "no pipe can be made: \(ProtectedFile.reason())")
        }
        (theirInput, input) = (inward[0], inward[1])
        (output, theirOutput) = (outward[0], outward[1])
        // A program that reads nothing must not hold us.
        guard fcntl(input, F_SETFL, O_NONBLOCK) == 0, fcntl(output, F_SETFL, O_NONBLOCK) == 0 else {
            throw StartFailure(.fault, "a pipe cannot be set up: \(ProtectedFile.reason())")
        }
    }

    func closeInput() { Self.close(&input) }

    func closeTheirs() {
        Self.close(&theirInput)
        Self.close(&theirOutput)
    }

    func close() {
        closeInput()
        closeTheirs()
        Glibc.close(output)
    }

    private static func close(_ file: inout Int32) {
        guard file >= 0 else { return }
        Glibc.close(file)
        file = -1
    }
}
