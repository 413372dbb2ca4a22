internal import Foundation

/// A real PostgreSQL for tests, one for a whole run: made in a folder of its own, run by an unprivileged user, reached
/// by a Unix socket alone, and gone with the process that started it, however that ends.
package final class PostgreSQLServer: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Holds the socket; tests may put their own files beside it.
    package let folder: String
    /// A shell that waits for the end of this process and then ends the server by its number.
    private let keeper: Process
    private let keeperInput: Pipe
    private let keeperOutput: Pipe

    private static let running = Result { try PostgreSQLServer() }

    /// The server of this run, started when it is first asked for.
    package static func shared() throws -> PostgreSQLServer { try running.get() }

    /// A database for the caller alone: a schema of the server's one database, so that it is made in a moment.
    ///
    /// - Parameters:
    ///   - schema: its name, of small letters, digits and `_`.
    ///   - folder: where the socket is; another one for a proxy before the server.
    package func url(schema: String, folder: String? = nil) -> String {
        "postgresql://postgres@/postgres?host=\(folder ?? self.folder)&options=-csearch_path%3D\(schema)"
    }

    /// Makes a schema that programs may be given; does nothing where it is there.
    package func makeSchema(_ name: String) throws {
        _ = try ask("SET client_min_messages = error; CREATE SCHEMA IF NOT EXISTS \(name)")
    }

    /// Whether somebody holds the write lock of a schema's installation.
    package func isLocked(schema: String) throws -> Bool {
        try ask(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND ((classid::bigint << 32)"
                + " | objid::bigint) = hashtextextended('tenure \(schema)', 0)") != "0"
    }

    /// Has `psql` run a text; returns what it prints.
    package func ask(_ sql: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try Self.tools() + "/psql")
        process.arguments = ["-X", "-q", "-t", "-A", "-h", folder, "-U", "postgres", "-d", "postgres", "-c", sql]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "psql failed: \(sql)") }
        return said.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// SQL that counts the connections which wait for the write lock of the asker's database.
    package static let lockWaiters =
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND (classid::bigint << 32)"
        + " | objid::bigint = hashtextextended('tenure ' || current_schema()::text, 0)"

    /// - Parameters:
    ///   - settings: what differs from the server's defaults.
    ///   - primary: of which the new one is a standby; nil for a database of its own.
    ///   - content: what another server left, on which this one starts.
    ///   - preload: a library that is loaded in front of the system's calls in all of the server's processes; what it
    ///     reads is a file `faults` in the folder (Tests/FaultPreload).
    package init(
        settings: [String: String] = [:], standbyOf primary: PostgreSQLServer? = nil, content: Content? = nil,
        preload: String? = nil
    ) throws {
        folder = FileManager.default.temporaryDirectory.path + "/tenure-postgresql-" + UUID().uuidString.prefix(8)
        let tools = try Self.tools()
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        var arguments = ["/bin/sh", "-c", Self.script, "keeper", folder, tools, primary?.folder ?? ""]
        if let preload {
            try FileManager.default.copyItem(atPath: preload, toPath: folder + "/preload.so")
            try Data(count: 4_096).write(to: URL(fileURLWithPath: folder + "/faults"))
        }
        if let content { try Self.write(content, to: folder + "/data") }
        for name in settings.keys.sorted() { arguments += ["-c", "\(name)=\(settings[name] ?? "")"] }
        if geteuid() == 0 {
            // The server refuses to run as root.
            arguments = ["/usr/bin/setpriv", "--reuid=\(try Self.user())", "--clear-groups"] + arguments
        }
        try Self.give(folder)
        if preload != nil { for name in ["/preload.so", "/faults"] { try Self.give(folder + name) } }
        keeper = Process()
        (keeperInput, keeperOutput) = (Pipe(), Pipe())
        keeper.executableURL = URL(fileURLWithPath: arguments.removeFirst())
        keeper.arguments = arguments
        keeper.currentDirectoryURL = URL(fileURLWithPath: "/")
        keeper.standardInput = keeperInput
        keeper.standardOutput = keeperOutput
        try keeper.run()
        try awaitReady()
    }

    deinit { stop() }

    /// Ends the server at once, as a crash would, and removes its folder.
    package func stop() {
        do { try keeperInput.fileHandleForWriting.close() } catch { return }
        keeper.waitUntilExit()
    }

    /// Starts a server that was killed, and waits until it has recovered.
    package func start() throws {
        try keeperInput.fileHandleForWriting.write(contentsOf: Data("start\n".utf8))
        try awaitReady()
    }

    private func awaitReady() throws {
        let said = String(decoding: keeperOutput.fileHandleForReading.availableData, as: UTF8.self)
        guard said == "ready\n" else { throw Failure(description: "PostgreSQL did not start; see \(folder)") }
    }

    /// Reads what is written to it until its input ends, which the end of this process ends too. A new server waits
    /// for the last processes of one that was killed, whose memory it would share.
    private static let script = """
        trap '' INT TERM HUP
        folder=$1 tools=$2 primary=$3
        shift 3
        serve() {
            tries=0
            journal=
            [ ! -e "$folder/journal" ] || journal=$folder/journal
            while :; do
                LD_PRELOAD=$library FAULT_FOLDER=$folder/data FAULT_CONTROL=$folder/faults FAULT_JOURNAL=$journal \
                    "$tools/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=400 \
                    -c deadlock_timeout=100ms -c autovacuum=off "$@" >>"$folder/server.log" 2>&1 &
                server=$!
                while kill -0 "$server" 2>/dev/null; do
                    if "$tools/pg_isready" -q -h "$folder"; then
                        echo ready
                        return
                    fi
                    sleep 0.05
                done
                tries=$((tries + 1))
                [ "$tries" -lt 100 ] || exit
                sleep 0.05
            done
        }
        library=
        [ ! -e "$folder/preload.so" ] || library=$folder/preload.so
        if [ -e "$folder/data" ]; then
            echo "on what another server left" >"$folder/initdb.log"
        elif [ "$primary" ]; then
            "$tools/pg_basebackup" -h "$primary" -U postgres -D "$folder/data" -R -X stream -c fast \
                >"$folder/initdb.log" 2>&1 || exit
        else
            "$tools/initdb" -D "$folder/data" -A trust -U postgres -E UTF8 --locale=C -N \
                >"$folder/initdb.log" 2>&1 || exit
        fi
        serve "$@"
        while read -r command; do
            [ "$command" = start ] || continue
            wait "$server"
            serve "$@"
        done
        kill -QUIT "$server" 2>/dev/null
        wait "$server"
        rm -rf "$folder"
        """

    private static func tools() throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let installed = ["18", "17", "16", "15", "14", "13"].map { "/usr/lib/postgresql/\($0)/bin" }
        let folders = installed + path.split(separator: ":").map(String.init) + ["/usr/local/bin"]
        let found = folders.first { folder in
            ["initdb", "postgres", "pg_basebackup", "pg_isready", "psql"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)")
            }
        }
        guard let found else {
            throw Failure(description: "PostgreSQL is not installed: apt-get install postgresql (scripts/test does)")
        }
        return found
    }

    /// Gives a file to whom the server runs as.
    static func give(_ path: String) throws {
        guard geteuid() == 0 else { return }
        try FileManager.default.setAttributes([.ownerAccountName: try user()], ofItemAtPath: path)
    }

    private static func user() throws -> String {
        let users = ["postgres", "nobody"]
        guard let user = users.first(where: { unsafe getpwnam($0) != nil }) else {
            throw Failure(description: "there is no user postgres or nobody to run the server as")
        }
        return user
    }
}
