package import APITokens
internal import AuditLog
package import Authorization
internal import CertificateAuthority
internal import OpenSSLCrypto
internal import Storage
package import TenureModel

extension Broker {
    /// The keys of one audience, for a verifier that is entitled to it: whoever has them can verify, and forge, for
    /// this audience and no other. Each reading is an entry.
    package func keySet(
        of audience: Audience, by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> [AudienceKey] {
        let snapshot = self.snapshot
        let facts = ObjectFacts(environment: keys.environment(of: audience), audience: audience)
        let permission = try permit(.keyRead, on: facts, by: caller, in: snapshot)
        guard let ring = keys.ring(for: audience) else { throw .notFound("no audience/\(audience)") }
        let found: [AudienceKey]
        do throws(CryptoError) {
            found = try ring.keySet(for: audience, at: now()) { snapshot.mark($0) }
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        let entry = AuditEntry(
            at: now(), act: .keyRead, actor: caller.actor, object: "audience/\(audience)",
            entitlement: permission.entitlement?.versionText, source: call.source,
            details: [.init("kids", .list(found.map { .text($0.kid.text) }))])
        let member = RecordingMember(
            operation: operation(.keyRead, call, by: caller.identity, object: nil), floor: caller.proof.floor,
            references: caller.proof.references + permission.references, entries: [PendingEntry(entry: entry)],
            presentation: presentation(of: caller, in: now()))
        if case .failure(let error) = await recorder.record(member) {
            throw LifecycleError(error, operation: call.operation)
        }
        return found
    }

    /// What relying parties need to verify certificates: roots and issuing CAs, with a version that rises with each
    /// change.
    package func bundle() -> TrustBundle {
        let authorities = snapshot.keyVersions.filter { $0.purpose == .rootCA || $0.purpose == .issuingCA }
        return TrustBundle(
            version: Int64(authorities.reduce(0) { $0 + $1.version }), root: keys.root.pem,
            issuers: keys.issuers.map(\.certificate.pem), nextChange: keys.issuers.map(\.facts.notAfter).min())
    }

    /// A bundle as it is served.
    package struct TrustBundle: Sendable {
        package let version: Int64
        package let root: String
        package let issuers: [String]
        package let nextChange: Timestamp?
    }

    /// Whether the caller may see how the broker is.
    package func permitStatus(by caller: AuthenticatedCaller) throws(LifecycleError) {
        _ = try permit(.statusRead, on: .everything, by: caller, in: snapshot)
    }

    /// Takes one of the identity's recorded acts of this second; false where it asks too often.
    package func admits(_ caller: AuthenticatedCaller) -> Bool { rates.admit(caller.identity, at: now()) }
}
