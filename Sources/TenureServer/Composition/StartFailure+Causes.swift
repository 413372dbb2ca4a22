internal import CredentialLifecycle
internal import Storage
internal import TenureAPI

extension StartFailure {
    /// What the database says, in words for who runs it.
    init(_ error: StorageError, _ configuration: ServerConfiguration) {
        let path = configuration.databasePlace
        switch error {
        case .newerSchema(StoreCopy.unfinishedVersion, _):
            self.init(
                .conflict,
                "\(path) is what `tenured migrate` or `restore` left before its end: run that again with --again, or"
                    + " empty it")
        case .newerSchema(let found, let known):
            self.init(
                .conflict,
                "\(path) was written by a newer tenured (schema \(found), this one knows \(known)): run that version")
        case .insecureFile(let reason): self.init(.fault, reason)
        case .historyLost(.shorter(let size, let witnessed)):
            self.init(
                .verificationFailed,
                "\(path) is an older copy: it has \(size) entries, and this node signed \(witnessed) (see"
                    + " \(configuration.witnessFile)): credentials and revocations of the last \(witnessed - size) are"
                    + " not in it. Put the newest database back; docs/operations.md says what to do where there is none"
            )
        case .historyLost(.forked(let size)):
            self.init(
                .verificationFailed,
                "\(path) holds another history: its first \(size) entries are not those that this node signed (see"
                    + " \(configuration.witnessFile)). Put the right database back")
        case .corrupt(let what) where what.hasPrefix("the witness file"):
            self.init(
                .verificationFailed,
                "\(configuration.witnessFile) is no checkpoint of the log in \(path): put its own one back"
            )
        case .corrupt(let what):
            self.init(.fault, "\(path) is damaged (\(what)): stop, keep the file, and put a backup in its place")
        case .full: self.init(.unavailable, "the disk under \(path) is full: make room and start again")
        case .constraint(let reason), .unavailable(let reason), .unknownOutcome(let reason):
            self.init(.unavailable, "\(path) cannot be used: \(reason)")
        case .refused: self.init(.conflict, "\(path) refused the change")
        }
    }

    init(_ error: InstallationError, _ configuration: ServerConfiguration) {
        switch error {
        case .notFounded:
            self.init(
                .notFound,
                "\(configuration.dataFolder) holds no installation: run `tenured init --config \(configuration.file)`")
        case .missing(let purpose):
            self.init(.fault, "\(configuration.databasePlace) holds no key for \(purpose): put a backup in its place")
        case .wrongKeyEncryptionKey:
            self.init(
                .fault,
                configuration.nextKey == nil
                    ? "the key-encryption key is not the one of \(configuration.dataFolder): give the one that belongs"
                        + " to it"
                    : "neither `keys` nor `keys.next` is the key-encryption key of \(configuration.dataFolder): give"
                        + " the one that belongs to it")
        case .unwrap(let id):
            self.init(
                .fault,
                "\(id) in \(configuration.databasePlace) was changed or exchanged: keep the file, and put a backup in"
                    + " its place")
        case .damaged(let what):
            self.init(.fault, "\(configuration.databasePlace) is damaged (\(what)): put a backup in its place")
        case .storage(let error): self.init(error, configuration)
        }
    }

    init(_ error: KeyChestError, _ configuration: ServerConfiguration) {
        switch error {
        case .unwrap(let id): self.init(InstallationError.unwrap(id), configuration)
        case .damaged(let id): self.init(InstallationError.damaged("key \(id)"), configuration)
        case .token(let id, let reason): self.init(.unavailable, "the issuing CA \(id) cannot sign: \(reason)")
        case .missing(let purpose): self.init(InstallationError.missing(purpose), configuration)
        }
    }

    init(_ error: FoundingError, _ configuration: ServerConfiguration) {
        switch error {
        case .notEmpty: self.init(.conflict, "\(configuration.dataFolder) holds an installation already")
        case .plan(.fault(let fault)):
            self.init(.usage, "\(configuration.authority.profiles): `\(fault.field)` \(fault.detail)")
        case .plan(let refusal): self.init(.usage, "\(configuration.authority.profiles): \(refusal)")
        case .trustDomain: self.init(.usage, "ca.trust_domain cannot name a log")
        case .recording(let error): self.init(.fault, "the installation could not be recorded: \(error)")
        case .making(let reason): self.init(.fault, "the installation could not be made: \(reason)")
        }
    }
}
