internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import SecretMemory
internal import TenureAPI
internal import TenureModel

/// What a root elsewhere gave: paths, as they came on the command line.
package struct ExternalAnswer: Sendable {
    /// The root's certificate in PEM.
    package var root: String
    /// Those of the issuing CAs in PEM, one or more a file, in any order.
    package var certificates: [String]
    /// The root's own list, PEM or DER.
    package var list: String?

    package init(root: String, certificates: [String], list: String?) {
        self.root = root
        self.certificates = certificates
        self.list = list
    }
}

/// `tenured init --root external`: in two steps, between which the root certifies.
struct ExternalRootFounding {
    let configuration: ServerConfiguration
    let profiles: ProfileFolder

    private var pendingPath: String { configuration.dataFolder + "/issuing-ca.pending" }

    private func requestPath(_ number: Int) -> String { configuration.dataFolder + "/issuing-\(number).csr" }

    /// The first step: makes the keys of the issuing CAs, and writes what the root is to certify.
    func request() throws(StartFailure) {
        guard !ProtectedFile.exists(pendingPath) else {
            throw StartFailure(
                .conflict,
                "\(requestPath(1)) and \(requestPath(2)) wait for their certificates: give them with --certificate, or"
                    + " remove \(pendingPath) to begin anew")
        }
        try InstallationFolder.refuseWitness(configuration)
        let kek = try KeyEncryptionKey.load(configuration.key)
        let order = try InstallationFolder.order(configuration, profiles, keepsRootKey: false)
        let requests: [String]
        do throws(FoundingError) {
            let pending = try PendingAuthorities(order, at: SystemClock.now())
            requests = try pending.requests()
            let sealed = try pending.sealed(by: kek)
            try write(sealed, requests)
        } catch {
            throw StartFailure(error, configuration)
        }
        Terminal.say(
            """
            made   \(requestPath(1))   the request of the issuing CA that signs first
            made   \(requestPath(2))   that of its successor
            made   \(pendingPath)   their keys, sealed: needed once more

            Next: have the root certify both (docs/keys.md: CA:TRUE, pathlen:0, keyCertSign, cRLSign), then run this
            again with --root-certificate ROOT.pem --certificate FIRST.pem --certificate SECOND.pem --root-list ROOT.crl
            """)
    }

    /// The requests last, so that whoever sees them can go on.
    private func write(_ sealed: [UInt8], _ requests: [String]) throws(FoundingError) {
        do throws(StartFailure) {
            try ProtectedFile.create(pendingPath, sealed)
            for (place, request) in requests.enumerated() {
                try ProtectedFile.replace(requestPath(place + 1), Array(request.utf8))
            }
        } catch {
            throw .making(error.message)
        }
    }

    /// The second step: takes the certificates after every check, and makes the installation.
    func found(_ answer: ExternalAnswer) async throws(StartFailure) -> Founding {
        guard ProtectedFile.exists(pendingPath) else {
            throw StartFailure(
                .notFound, "\(pendingPath) is not there: run this without --certificate first, which makes requests")
        }
        let certified = try certified(answer)
        let founding = try await InstallationFolder.found(
            configuration, profiles: profiles, root: .external(certified))
        for path in [requestPath(1), requestPath(2), pendingPath] where ProtectedFile.exists(path) {
            try ProtectedFile.remove(path)
        }
        return founding
    }

    private func certified(_ answer: ExternalAnswer) throws(StartFailure) -> CertifiedAuthorities {
        let now = SystemClock.now()
        let roots = try certificates(answer.root)
        guard roots.count == 1 else { throw StartFailure(.usage, "\(answer.root) holds more than one certificate") }
        let root: ExternalRoot
        do throws(ExternalRootRefusal) {
            root = try ExternalRoot(roots[0], at: now)
        } catch {
            throw StartFailure(.verificationFailed, "\(answer.root): \(error)")
        }
        var found: [(file: String, certificate: Certificate)] = []
        for file in answer.certificates {
            // What a CA's program gives besides is the root itself.
            for certificate in try certificates(file) where certificate != roots[0] {
                found.append((file, certificate))
            }
        }
        let list = try answer.list.map { (path) throws(StartFailure) in try self.list(path) }
        let pending: PendingAuthorities
        do throws(FoundingError) {
            pending = try PendingAuthorities(
                opening: try sealed(), with: try kek(), for: configuration.authority.trustDomain,
                issuingKeys: try keys())
        } catch {
            throw StartFailure(error, configuration)
        }
        do throws(PendingRefusal) {
            return try pending.certified(by: root, found.map(\.certificate), list: list)
        } catch {
            switch error {
            case .certificate(let place, let refusal):
                throw StartFailure(.verificationFailed, "\(found[place].file): \(refusal)")
            case .missing(let number):
                throw StartFailure(.usage, "no certificate is for \(requestPath(number)): give both with --certificate")
            case .sameSerial:
                throw StartFailure(.verificationFailed, "both certificates have the same serial number")
            case .list(let refusal): throw StartFailure(.verificationFailed, "\(answer.list ?? ""): \(refusal)")
            }
        }
    }

    // MARK: Files

    private func sealed() throws(FoundingError) -> [UInt8] {
        do throws(StartFailure) { return try ProtectedFile.read(pendingPath) } catch { throw .making(error.message) }
    }

    private func kek() throws(FoundingError) -> SecretBytes {
        do throws(StartFailure) {
            return try KeyEncryptionKey.load(configuration.key)
        } catch {
            throw .making(error.message)
        }
    }

    private func keys() throws(FoundingError) -> IssuingKeySource {
        do throws(StartFailure) { return try IssuingToken.source(configuration) } catch { throw .making(error.message) }
    }

    private func certificates(_ path: String) throws(StartFailure) -> [Certificate] {
        let pem = Self.withoutComments(try ProtectedFile.read(path, .published))
        do throws(CertificateError) {
            return try Certificate.chain(pem: pem, countMax: 4)
        } catch {
            throw StartFailure(.usage, "\(path) holds no certificates in PEM that can be read: \(error)")
        }
    }

    private func list(_ path: String) throws(StartFailure) -> RevocationList {
        var bytes = try ProtectedFile.read(path, .published)
        do {
            if bytes.starts(with: "-----BEGIN ".utf8) { bytes = try PEM.decode(bytes, label: PEM.revocationList) }
            return try RevocationList(der: bytes)
        } catch {
            throw StartFailure(.usage, "\(path) is no revocation list: \(error)")
        }
    }

    /// What `openssl ca` writes before a certificate is for people.
    private static func withoutComments(_ pem: [UInt8]) -> [UInt8] {
        var isInside = false
        var kept: [UInt8] = []
        for line in pem.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
            if line.starts(with: "-----BEGIN ".utf8) { isInside = true }
            if isInside { kept += line + [UInt8(ascii: "\n")] }
            if line.starts(with: "-----END ".utf8) { isInside = false }
        }
        return kept
    }
}
