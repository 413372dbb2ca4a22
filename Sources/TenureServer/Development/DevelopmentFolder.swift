internal import Glibc
internal import TenureAPI
internal import TenureModel

/// The folder of a development server: made, or found again. All that it needs lies there.
struct DevelopmentFolder: Sendable {
    let path: String

    /// Takes a folder, or makes a new temporary one.
    init(_ given: String?) throws(StartFailure) {
        if let given {
            let absolute = FolderPath.resolved(given)
            try FolderPath.prepare(absolute)
            path = absolute
            return
        }
        var place = "/tmp"
        if let folder = unsafe getenv("TMPDIR") { place = unsafe String(cString: folder) }
        guard place.hasPrefix("/") else { throw StartFailure(.usage, "TMPDIR must be a path from the root") }
        while place.count > 1, place.hasSuffix("/") { place.removeLast() }
        // mkdtemp(3) puts its own characters in the place of the last six, which must be these.
        var template = Array((place + "/tenure-dev-" + String(repeating: "X", count: 6)).utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw StartFailure(.fault, "no folder can be made in \(place): \(ProtectedFile.reason())")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    var configurationPath: String { path + "/tenured.yaml" }
    var keyPath: String { path + "/kek" }
    var issuerKeyPath: String { path + "/oidc-key.pem" }
    var tokenPath: String { path + "/admin.token" }

    /// Chooses the ports. Where a free one is asked for, the one of the last start comes first, so that addresses in
    /// tokens and certificates go on being right.
    func reserve(
        _ asked: ListenAddress, last: ListenAddress?
    ) throws(StartFailure) -> PortReservation {
        if asked.port == 0, let last, last.host == asked.host {
            do throws(StartFailure) {
                return try PortReservation(last)
            } catch {
                // Somebody else has it now.
                return try PortReservation(asked)
            }
        }
        return try PortReservation(asked)
    }

    /// The configuration that the last start wrote; nil in a new folder.
    func lastConfiguration() throws(StartFailure) -> ServerConfiguration? {
        guard ProtectedFile.exists(configurationPath) else { return nil }
        let last = try ServerConfiguration.read(configurationPath)
        guard last.isDevelopment else {
            throw StartFailure(.conflict, "\(path) belongs to `tenured serve`: name another folder")
        }
        return last
    }

    /// Writes this start's configuration and reads it back: what runs is what stands there.
    func writeConfiguration(
        listen: ListenAddress, plain: ListenAddress, store: String?, profiles: String
    ) throws(StartFailure) -> ServerConfiguration {
        let text = """
            # Written by `tenured dev` at each start.
            dev: true
            listen:
              address: "\(listen.text)"
              url: https://localhost:\(listen.port)
              names: [localhost, "127.0.0.1", "::1"]
            http:
              address: "\(plain.text)"
              url: http://localhost:\(plain.port)
            store:
              data: \(Self.quoted(path))\(store.map { "\n  engine: postgresql\n  url: \(Self.quoted($0))" } ?? "")
            keys:
              kek_file: \(Self.quoted(keyPath))
            ca:
              trust_domain: dev.tenure.internal
              profiles: \(Self.quoted(profiles))
            audit:
              witness_file: \(Self.quoted(path + "/witness/checkpoint"))
            log:
              level: notice
              format: text

            """
        try ProtectedFile.replace(configurationPath, Array(text.utf8))
        return try ServerConfiguration.read(configurationPath)
    }

    private static func quoted(_ text: String) -> String {
        var output = "\""
        for character in text.unicodeScalars {
            if character == "\"" || character == "\\" { output += "\\" }
            output.unicodeScalars.append(character)
        }
        return output + "\""
    }
}
