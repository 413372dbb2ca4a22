internal import APITokens
internal import AuditLog
internal import CertificateAuthority
internal import OpenSSLCrypto
package import Storage
package import TenureModel

// What is unwrapped for one act and dropped after it.
extension KeyChest {
    /// Whether the root's key rests in the store, wrapped: in development alone.
    package static func keepsRootKey(_ snapshot: Snapshot) -> Bool {
        snapshot.keyVersions(for: .rootCA).contains { $0.state != .retired && !$0.wrapped.isEmpty }
    }

    /// The root with its key; nil where that lies elsewhere.
    func rootAuthority(in snapshot: Snapshot) throws(LifecycleError) -> RootAuthority? {
        let versions = snapshot.keyVersions(for: .rootCA)
        guard let version = versions.last(where: { $0.state != .retired }), !version.wrapped.isEmpty else { return nil }
        do {
            return try RootAuthority(
                id: IssuerID(high: version.id.high, low: version.id.low),
                key: try PrivateKey(pkcs8DER: try Self.unwrap(version, wrap)),
                certificate: try Self.certificate(version))
        } catch {
            throw .unavailable(.init("the root cannot be loaded: \(error)"))
        }
    }

    /// Has the root certify a new issuing CA, of the kind and for as long as the one before it.
    ///
    /// - Parameter signFrom: when it may sign, at the earliest.
    /// - Returns: nil where the root's key lies elsewhere.
    func newIssuingCA(
        _ id: KeyVersionID, after model: KeyVersion, in snapshot: Snapshot, signFrom: Timestamp, at now: Timestamp
    ) throws(LifecycleError) -> KeyVersion? {
        guard let root = try rootAuthority(in: snapshot) else { return nil }
        do {
            let last = try Self.certificate(model)
            let (key, secret) = try issuingKeys.make(last.publicKey.kind == .p384 ? .p384 : .p256, id: id)
            let number = snapshot.keyVersions(for: .issuingCA).count + 1
            let domain = trustDomain.text
            let certificate = try IssuingAuthority.certificate(
                for: key.publicKey,
                name: try AuthorityName(
                    organization: domain.utf8.count <= 64 ? domain : "Tenure", commonName: "Tenure Issuing \(number)"),
                root: root, serial: SerialNumber(random: try SecureRandom.bytes(SerialNumber.octetCount)), now: now,
                publication: publication, lifetimeSeconds: max(last.notAfter - last.notBefore, 86_400))
            return KeyVersion(
                id: id, version: 1, purpose: .issuingCA, state: .staged, published: now, signFrom: signFrom,
                signUntil: nil, verifyUntil: nil, publicKey: key.publicKey.spkiDER, certificates: [certificate.der],
                wrapped: try wrapped(secret, of: id, .issuingCA))
        } catch {
            throw .unavailable(.init("no issuing CA could be made: \(error)"))
        }
    }

    /// Has the key of an issuing CA sign something that is no certificate, and verifies it.
    package static func probe(
        _ version: KeyVersion, _ dataKeys: WrappingKeys, _ source: IssuingKeySource
    ) throws(KeyChestError) {
        let secret = try unwrap(version, dataKeys.wrap)
        let text = Array("tenure/probe/v1".utf8)
        do {
            let key = try source.key(in: secret)
            let signature = try key.sign(text)
            guard key.publicKey.spkiDER == version.publicKey, key.publicKey.isValid(signature: signature, for: text)
            else { throw KeyChestError.token(version.id, "its signature is not that of its certificate's key") }
        } catch let error as KeyChestError {
            throw error
        } catch IssuingKeyFault.token(let reason) {
            throw .token(version.id, reason)
        } catch let error as CryptoError {
            throw .token(version.id, error.fault.text)
        } catch {
            throw .damaged(version.id)
        }
    }

    /// The references of the keys that one version of a ring signs with for these audiences, in their order.
    func references(of version: KeyVersion, _ audiences: [Audience]) throws(LifecycleError) -> [LineageReference] {
        guard !audiences.isEmpty else { return [] }
        do {
            let ring = RingSecret(version: version, secret: try Self.unwrap(version, wrap))
            return try audiences.map { audience in
                try ring.audienceKey(audience, generation: version.generation(of: audience)).reference
            }
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    /// Every key that one version of a ring has for an audience.
    func audienceKeys(of version: KeyVersion, _ audience: Audience) throws(LifecycleError) -> [AudienceKey] {
        do {
            let ring = RingSecret(version: version, secret: try Self.unwrap(version, wrap))
            let newest = version.generation(of: audience)
            return try (max(newest - 1, 0)...newest).map { try ring.audienceKey(audience, generation: $0) }
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }
}

/// An issuing CA as rotation sees it.
struct IssuingStanding: Sendable {
    let version: KeyVersion
    let notBefore: Timestamp
    let notAfter: Timestamp
    let reference: LineageReference
    let isCut: Bool

    /// Nil for a row whose certificate cannot be read: the keys could not be loaded then.
    init?(_ version: KeyVersion, in snapshot: Snapshot) {
        guard let certificate = try? KeyChest.certificate(version) else { return nil }
        self.version = version
        notBefore = Timestamp(clampingSeconds: certificate.notBefore)
        notAfter = Timestamp(clampingSeconds: certificate.notAfter)
        reference = .signingKey(spkiDER: version.publicKey)
        isCut = snapshot.mark(reference)?.kills(since: 0) ?? false
    }

    /// Whether it may still sign at this instant.
    func lives(at now: Timestamp) -> Bool {
        !isCut && now < notAfter && (version.signUntil.map { now < $0 } ?? true)
    }

    /// All that are not retired, in the order in which they sign.
    static func all(in snapshot: Snapshot) -> [IssuingStanding] {
        snapshot.keyVersions(for: .issuingCA).filter { $0.state != .retired }
            .compactMap { IssuingStanding($0, in: snapshot) }
            .sorted {
                ($0.version.signFrom, $0.notBefore, $0.version.id) < ($1.version.signFrom, $1.notBefore, $1.version.id)
            }
    }
}
