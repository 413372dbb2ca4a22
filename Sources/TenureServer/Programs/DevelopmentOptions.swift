internal import Glibc
internal import TenureAPI

/// What `tenured dev` is told.
package struct DevelopmentOptions: Sendable {
    let data: String?
    let listen: ListenAddress
    let plain: ListenAddress
    let readyFile: String?
    /// The URL of a PostgreSQL; nil for SQLite in the folder.
    let store: String?
    let profiles: String

    /// Parses the command line.
    ///
    /// - Throws: `StartFailure` for an address that is not loopback, or a store that cannot be one.
    package init(
        data: String?, listen: String, plain: String, readyFile: String?, store: String, profiles: String?
    ) throws(StartFailure) {
        self.data = data.map { FilePlace.absolute($0) }
        self.listen = try Self.loopback(listen, "--listen")
        self.plain = try Self.loopback(plain, "--http-listen")
        self.readyFile = readyFile.map { FilePlace.absolute($0) }
        self.store = try Self.store(store)
        self.profiles = try Self.profileFolder(profiles)
    }

    private static func loopback(_ text: String, _ option: String) throws(StartFailure) -> ListenAddress {
        guard let address = ListenAddress(text) else {
            throw StartFailure(.usage, "\(option) takes ADDRESS:PORT, such as 127.0.0.1:8443; port 0 picks a free one")
        }
        guard address.isLoopback else {
            throw StartFailure(
                .usage,
                "\(option) \(address.text): a development server listens on loopback alone, since anybody may have a"
                    + " token of its issuer; use `tenured serve`")
        }
        return address
    }

    private static func store(_ text: String) throws(StartFailure) -> String? {
        guard text != "sqlite" else { return nil }
        try ServerConfiguration.check(store: text)
        return text
    }

    private static func profileFolder(_ given: String?) throws(StartFailure) -> String {
        if let given { return FilePlace.absolute(given) }
        if let found = FilePlace.besideProgram("ca/profiles") { return found }
        let installed = "/usr/share/tenure/ca/profiles"
        guard ProtectedFile.exists(installed) else {
            throw StartFailure(
                .notFound,
                "no profiles: there is no ca/profiles beside the program or above it, and no \(installed); give"
                    + " --profiles FOLDER")
        }
        return installed
    }

    /// The example estate, which lies beside the profiles' folder as it does in the repository.
    func exampleEstate() throws(StartFailure) -> String {
        let top = FolderPath.parent(of: FolderPath.parent(of: FolderPath.resolved(profiles)))
        let candidates =
            [top + "/config/estate.example.yaml"]
            + [
                FilePlace.besideProgram("config/estate.example.yaml"), "/usr/share/tenure/config/estate.example.yaml",
            ].compactMap(\.self)
        guard let found = candidates.first(where: { ProtectedFile.exists($0) }) else {
            throw StartFailure(.notFound, "no example estate: there is no \(candidates[0])")
        }
        return found
    }
}
