internal import AuditLog
internal import Authorization
internal import Storage
internal import TenureModel

/// What a revocation cuts: the references, and the other ones that the caller could have meant.
struct ResolvedTarget: Sendable {
    /// As the answer and the entry name it.
    let name: String
    /// What policy judges.
    let facts: ObjectFacts
    /// Cut in one transaction, one mark and one entry each.
    private(set) var references: [LineageReference]
    /// What is said where there is no such thing, and to who may not know that there is.
    var absence: String
    /// What it was looked up by; nil of what was found in the record, which never changes.
    private var object: ObjectReference?
    /// The numbers of the identities which alone hold what hangs on a reference, where they are known.
    private var holders: [LineageReference: Int64] = [:]

    /// Of a single credential: what its compromise would cut.
    private(set) var compromised: [HangingReference]?

    /// Whether a public key may never be certified again.
    var blocksKey: Bool { references.contains { $0.kind == .subjectKey } }

    /// The references, with what is known of where what hangs on them is found.
    var hanging: [HangingReference] { references.map { HangingReference($0, of: holders[$0]) } }

    /// Looks an object up by name or id.
    ///
    /// - Throws: `notFound` for what the snapshot does not hold, `invalid` for kinds that nothing hangs on.
    init(_ object: ObjectReference, in snapshot: Snapshot) throws(LifecycleError) {
        name = object.description
        absence = "no \(object)"
        self.object = object
        switch object.kind {
        case .person, .team, .workload:
            let identity = try snapshot.known(object)
            // What an identity may give back of itself is single credentials, not all of them.
            facts = snapshot.facts(of: identity).withoutIdentity
            references = [LineageReference(.identity, identity.number)]
        case .owner:
            let owner = try snapshot.known(try Self.inner(object))
            guard owner.workload == nil else {
                throw .invalid(field: "target", detail: "owner/ takes person/NAME or team/NAME")
            }
            // It ends what every workload of that owner holds: no relation reaches that far.
            facts = .everything
            references = [LineageReference(.owner, owner.number)]
        case .entitlement:
            guard let id = try? EntitlementID(object.name), let entitlement = snapshot.entitlement(id) else {
                throw .notFound("no \(object)")
            }
            facts = snapshot.facts(ofIdentity: entitlement.identity)
            references = [LineageReference(.entitlement, entitlement.number)]
        case .profile:
            let profile = try snapshot.knownProfile(object.name)
            facts = ObjectFacts(environment: profile.environment)
            references = [LineageReference(.profile, profile.number)]
        case .trust:
            let trust = try snapshot.knownTrust(object.name)
            facts = snapshot.facts(ofIdentity: trust.identity)
            references = [LineageReference(.trust, trust.number)]
        case .issuer:
            // One mark on each trust that names the issuer, ended ones too (DESIGN, section 2).
            let trusts = snapshot.trusts(issuer: object.name)
            guard !trusts.isEmpty else { throw .notFound("no trust names the issuer \(object.name)") }
            facts = .everything
            references = trusts.map { LineageReference(.trust, $0.number) }
        case .environment:
            guard let environment = try? EnvironmentName(object.name),
                snapshot.profiles.contains(where: { $0.environment == environment })
            else { throw .notFound("no \(object)") }
            facts = ObjectFacts(environment: environment)
            references = [LineageReference.environment(environment)]
        case .key:
            guard Hex.decode(object.name)?.count == 8 else {
                throw .invalid(field: "target", detail: "key/KID takes the 16 hex digits of a kid")
            }
            facts = .everything
            references = [LineageReference.signingKey(kid: object.name)]
        case .credential, .session, .login, .audience, .case, .operation, .estate:
            throw .invalid(field: "target", detail: "nothing hangs on \(object.kind.rawValue)/…")
        }
    }

    /// A credential: itself, or its family where the key or the token got out. A certificate whose key got out is worth
    /// nothing to anybody: the key is blocked besides, for every identity.
    init(_ credential: Credential, reason: RevocationReason, leaked: Bool, in snapshot: Snapshot) {
        name = "credential/" + credential.id.text
        absence = "no \(name)"
        facts = snapshot.facts(of: credential)
        let takesFamily = leaked || reason == .keyCompromise
        let own = LineageReference(.credential, credential.lineage.credential)
        let family = LineageReference(.family, credential.lineage.family)
        references = [takesFamily ? family : own]
        holders = [own: credential.lineage.identity, family: credential.lineage.identity]
        var compromised = [HangingReference(family, of: credential.lineage.identity)]
        if let key = credential.lineage.subjectKey.map({ LineageReference(.subjectKey, $0) }) {
            // Others may hold the same key: that one is looked for among all.
            compromised.append(HangingReference(key))
            if reason == .keyCompromise { references.append(key) }
        }
        self.compromised = compromised
    }

    /// A public key: blocked for every identity from then on, with the families of the credentials that hold it.
    init(publicKey spkiDER: [UInt8], families: [CredentialFamily]) {
        let reference = LineageReference.subjectKey(spkiDER: spkiDER)
        name = "public-key/" + reference.hexText
        absence = "no \(name)"
        facts = .everything
        references = [reference] + families.map { LineageReference(.family, $0.number) }
        for family in families { holders[LineageReference(.family, family.number)] = family.identity }
    }

    /// The key of a CA of ours: all that it signed.
    init(authority spkiDER: [UInt8]) {
        let reference = LineageReference.signingKey(spkiDER: spkiDER)
        name = "public-key/" + reference.hexText
        absence = "no \(name)"
        facts = .everything
        references = [reference]
    }

    /// The session whose token got out: all that came of its authentication.
    init(session: SessionID, of identity: IdentityID, authentication: Int64, in snapshot: Snapshot) {
        name = "session/" + session.text
        absence = "no \(name)"
        facts = snapshot.facts(ofIdentity: identity)
        let reference = LineageReference(.authentication, authentication)
        references = [reference]
        if let holder = snapshot.identity(identity) { holders = [reference: holder.number] }
    }

    /// The same on the snapshot at the head, after the lock: a trust that was made meanwhile names the issuer too.
    func again(in snapshot: Snapshot) throws(RecordingRefusal) -> ResolvedTarget {
        guard let object else { return self }
        do throws(LifecycleError) {
            return try ResolvedTarget(object, in: snapshot)
        } catch {
            throw RecordingRefusal(error)
        }
    }

    private static func inner(_ object: ObjectReference) throws(LifecycleError) -> ObjectReference {
        do {
            return try ObjectReference(object.name)
        } catch {
            throw .invalid(field: "target", detail: "owner/ takes person/NAME or team/NAME")
        }
    }
}
