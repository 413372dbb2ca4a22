internal import APITokens
internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel

/// A token as it was answered.
struct GivenToken: Sendable {
    let id: CredentialID
    let text: String
    let recorded: Recorded
}

/// A certificate as it was answered.
struct GivenCertificate: Sendable {
    let id: CredentialID
    let der: [UInt8]
    let notAfter: Timestamp
    let recorded: Recorded
}

// Asking for credentials.
extension Client {
    /// Profile and audience of a workload's tokens, by chance the one that its owner has to approve.
    func tokenWish(of subject: String) -> KeyedRequest.Wish {
        let place = Int(subject.dropFirst()) ?? 0
        let environment = Estate.environment(of: place)
        if environment == Estate.production, chance.happens(150) {
            return .token(profile: "release-token", audience: "releases")
        }
        return ordinaryWish(in: environment)
    }

    private func ordinaryWish(in environment: String) -> KeyedRequest.Wish {
        .token(profile: Estate.tokenProfile(in: environment), audience: Estate.audience(in: environment))
    }

    func issueToken(_ subject: String, at node: SimulatedNode) async {
        let request = request(for: tokenWish(of: subject), of: subject)
        await issue(request, at: node)
    }

    /// By chance under a key of its own, so that it may be asked for again.
    private func request(for wish: KeyedRequest.Wish, of subject: String) -> KeyedRequest {
        let key = chance.happens(400) ? "key-\(next())" : nil
        let request = KeyedRequest(holder: subject, key: key, body: 1, wish: wish, askedAt: world.time)
        if key != nil { model.remember(request) }
        return request
    }

    /// The token that every workload of its environment is entitled to.
    func issueOrdinaryToken(_ subject: String, at node: SimulatedNode) async {
        let environment = Estate.environment(of: Int(subject.dropFirst()) ?? 0)
        await issue(
            KeyedRequest(
                holder: subject, key: nil, body: 1, wish: ordinaryWish(in: environment), askedAt: world.time),
            at: node)
    }

    /// The same request again, under its key: the same credential, or a refusal.
    func repeatRequest(at node: SimulatedNode) async {
        guard var request = chance.pick(keysThatHold) else { return }
        let isForged = chance.happens(200)
        let given = model.read { state in state.held.first { $0.id == request.holds?.credential } }
        let wasDead = given.map { model.isDead($0) } ?? false
        if isForged { request = request.withBody(2) }
        history.note("\(node.name) repeats \(request.key ?? "")\(isForged ? " with another body" : "")")
        let again = await issue(request, at: node)
        // Where the key was forgotten meanwhile it is another.
        if wasDead, let given, again == given.id {
            history.violate(.offboarding, "\(given.label) was cut, and given out again under \(request.key ?? "")")
        }
    }

    private var keysThatHold: [KeyedRequest] {
        let time = world.time
        return model.read { $0.keyed.suffix(20).filter { $0.isKept(at: time) } }
    }

    /// Returns what was given out.
    @discardableResult
    private func issue(_ request: KeyedRequest, at node: SimulatedNode) async -> CredentialID? {
        switch request.wish {
        case .token(let profile, let audience): await issueToken(request, profile, audience, at: node)
        case .certificate(let place): await issueCertificate(request, world.image.requests[place], at: node)
        }
    }

    private func issueToken(
        _ request: KeyedRequest, _ profile: String, _ audience: String, at node: SimulatedNode
    ) async -> CredentialID? {
        let operation: OperationID = world.makeID()
        let (subject, key) = (request.holder, request.key)
        let call = call(operation, key: key, body: request.body)
        let answer = await ask(as: subject, at: node) { broker, caller in
            let wish = IssueToken(
                profile: try Name(profile), audience: try Audience(audience), scopes: nil, lifetimeSeconds: nil)
            let issued = try await broker.issueToken(wish, by: caller, in: call)
            guard let id = issued.id, let recorded = issued.recorded, let text = issued.text() else {
                throw SimulationError("a token without id, place or text")
            }
            return GivenToken(id: id, text: text, recorded: recorded)
        }
        guard let answer else { return nil }
        history.note(
            "\(node.name) token for \(subject)\(key.map { " under " + $0 } ?? ""):"
                + " \(answer.text { "at \($0.recorded.firstIndex)" })")
        let isReplay = await settle(answer, operation, of: request, at: node) { $0.recorded }
        guard case .done(let given) = answer else { return nil }
        if let key { model.answer(key, body: request.body, with: given.id, at: world.time) }
        if !isReplay { take(given, subject) }
        return given.id
    }

    /// Sees the answer to a request through, which may be the first answer to its key; returns whether it is.
    private func settle<Value>(
        _ answer: Answer<Value>, _ operation: OperationID, of request: KeyedRequest, at node: SimulatedNode,
        recorded: (Value) -> Recorded
    ) async -> Bool {
        if case .done(let given) = answer, recorded(given).operation != operation {
            model.deny(operation, because: "replayed")
            return true
        }
        let index = await settle(answer, operation, at: node) { recorded($0) }
        if let key = request.key, index != nil { model.answer(key, body: request.body, with: nil, at: world.time) }
        return false
    }

    private func take(_ given: GivenToken, _ subject: String) {
        do {
            let (claims, kid) = try TokenVerifier.uncheckedClaims(of: given.text)
            var lineage = claims.lineage
            lineage.signingKey = LineageReference.signingKey(kid: kid.text).number
            if claims.index != given.recorded.firstIndex {
                history.violate(.recorded, "a token claims \(claims.index), its answer \(given.recorded.firstIndex)")
            }
            model.hold(
                Held(
                    label: model.nextLabel("t"), id: given.id, identity: claims.subject, holder: subject,
                    audience: claims.audience, index: claims.index, position: claims.index,
                    references: lineage.references, notBefore: claims.notBefore, notAfter: claims.expires,
                    form: .token(given.text)))
        } catch {
            history.violate(.soundness, "a token that was issued cannot be read: \(error)")
        }
    }

    func issueCertificate(_ subject: String, at node: SimulatedNode) async {
        let place = chance.below(world.image.requests.count)
        await issue(request(for: .certificate(key: place), of: subject), at: node)
    }

    private func issueCertificate(
        _ request: KeyedRequest, _ key: Image.ClientKey, at node: SimulatedNode
    ) async -> CredentialID? {
        let operation: OperationID = world.makeID()
        let call = call(operation, key: request.key, body: request.body)
        let answer = await ask(as: request.holder, at: node) { broker, caller in
            let wish = IssueCertificate(
                profile: try Name("service-tls"), csrPEM: key.csrPEM, lifetimeSeconds: nil, renews: nil)
            return try Self.given(try await broker.issueCertificate(wish, by: caller, in: call))
        }
        guard let answer else { return nil }
        return await take(answer, operation, request, key, at: node, "certificate")
    }

    /// Renews a certificate over a connection that it opened itself.
    func renew(at node: SimulatedNode) async {
        let certificates = model.read { state in state.held.filter { !$0.isToken }.suffix(12).map { $0 } }
        guard let held = chance.pick(certificates), case .certificate(let der, _) = held.form,
            let key = chance.pick(world.image.requests)
        else { return }
        let isDead = model.isDead(held)
        let operation: OperationID = world.makeID()
        let answer = await ask(node) { broker in
            let caller = try await broker.authenticate(.certificate(der), source: World.source)
            if self.chance.happens(300) { await self.world.executor.sleep(self.chance.among(0...200)) }
            return try Self.given(
                try await broker.renew(held.id, csrPEM: key.csrPEM, by: caller, in: self.call(operation)))
        }
        if isDead, case .done = answer {
            history.violate(.offboarding, "\(held.label) was dead when it was renewed")
        }
        let request = KeyedRequest(
            holder: held.holder, key: nil, body: 1, wish: .certificate(key: 0), askedAt: world.time)
        await take(answer, operation, request, key, at: node, "renewal of \(held.label)")
    }

    private static func given(_ issued: CertificateIssuance) throws -> GivenCertificate {
        guard let id = issued.id, let certificate = issued.certificate, let recorded = issued.recorded else {
            throw SimulationError("a certificate without id, bytes or place")
        }
        return GivenCertificate(id: id, der: certificate.der, notAfter: issued.notAfter, recorded: recorded)
    }

    @discardableResult
    private func take(
        _ answer: Answer<GivenCertificate>, _ operation: OperationID, _ request: KeyedRequest,
        _ key: Image.ClientKey, at node: SimulatedNode, _ what: String
    ) async -> CredentialID? {
        let subject = request.holder
        let under = request.key.map { " under " + $0 } ?? ""
        history.note(
            "\(node.name) \(what) for \(subject)\(under): \(answer.text { "at \($0.recorded.firstIndex)" })")
        let isReplay = await settle(answer, operation, of: request, at: node) { $0.recorded }
        guard case .done(let given) = answer else { return nil }
        if let key = request.key { model.answer(key, body: request.body, with: given.id, at: world.time) }
        if !isReplay { await hold(given, subject, key) }
        return given.id
    }

    private func hold(_ given: GivenCertificate, _ subject: String, _ key: Image.ClientKey) async {
        do {
            guard let credential = try await Ledger(world.database, origin: "").credential(given.id) else {
                return history.violate(.recorded, "a certificate that was given out is not in the record")
            }
            model.hold(
                Held(
                    label: model.nextLabel("c"), id: given.id, identity: credential.identity, holder: subject,
                    audience: nil, index: given.recorded.firstIndex, position: credential.floor,
                    references: credential.lineage.references, notBefore: credential.notBefore,
                    notAfter: given.notAfter,
                    form: .certificate(given.der, spkiDER: key.spkiDER)))
        } catch {
            history.violate(.soundness, "\(error)")
        }
    }

    /// One token of the CI system, presented twice at the same time.
    func presentTwice(_ subject: String) async {
        guard let first = anyNode(), let second = anyNode() else { return }
        let proof = "\(subject)-\(next())"
        let limit = limit(of: subject)
        async let one = login(subject, proof: proof, limit: limit, at: first)
        async let two = login(subject, proof: proof, limit: limit, at: second)
        _ = await (one, two)
    }
}

extension KeyedRequest {
    func withBody(_ body: UInt8) -> KeyedRequest {
        KeyedRequest(
            holder: holder, key: key, body: body, wish: wish, askedAt: askedAt, holds: holds)
    }
}
