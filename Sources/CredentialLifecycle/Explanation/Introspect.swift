package import APITokens
package import Authorization
internal import OpenSSLCrypto
internal import Storage
internal import Synchronization
internal import TenureModel

/// A token that was found right, signature and record: alive when it was handed out, and judged anew at each question.
package final class IntrospectedToken: Sendable {
    let verified: VerifiedToken<TokenClaims>
    let references: [LineageReference]
    private let answered = Mutex<[UInt8]?>(nil)

    init(_ verified: VerifiedToken<TokenClaims>) {
        self.verified = verified
        references = verified.claims.lineage.references
    }

    package var claims: TokenClaims { verified.claims }

    /// What is said of the token while it is alive. It is made of the claims alone, which never change, and so once.
    package func answer(_ make: (TokenClaims) throws -> [UInt8]) rethrows -> [UInt8] {
        if let bytes = answered.withLock({ $0 }) { return bytes }
        let bytes = try make(claims)
        answered.withLock { $0 = bytes }
        return bytes
    }
}

extension Broker {
    /// Judges a token of ours online (RFC 7662): its signature, its record, its end and the marks. Unknown, foreign,
    /// expired and revoked are all the same to the caller: nil.
    ///
    /// The record is asked, since who holds an audience's key can forge a signature, but no row (THREATS, T11). A row
    /// is never changed, so what was found once is remembered; its key, its end and the marks are looked at each time.
    package func introspect(
        _ text: String, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> IntrospectedToken? {
        let snapshot = self.snapshot
        let digest = SHA256.digest(text.utf8.span)
        let known = introspected.token(digest)
        let audience = known?.claims.audience ?? (try? TokenVerifier.uncheckedClaims(of: text))?.claims.audience
        let environment = audience.flatMap { keys.environment(of: $0) }
        let facts = ObjectFacts(environment: environment, audience: audience)
        do throws(LifecycleError) {
            _ = try permit(.credentialIntrospect, on: facts, by: caller, in: snapshot)
        } catch {
            // Of another audience, or no token at all: the same as one that is dead, to who may ask about any.
            guard case .denied = error else { throw error }
            try permitSomewhere(.credentialIntrospect, by: caller, in: snapshot)
            return nil
        }
        if let known {
            guard keys.verifies(again: known.verified, at: now(), marks: { snapshot.mark($0) }) else { return nil }
            return self.snapshot.firstKill(of: known.references, at: known.claims.index) == nil ? known : nil
        }
        guard let audience,
            let verified = keys.verifiedToken(text, for: audience, at: now(), marks: { snapshot.mark($0) })
        else { return nil }
        guard try await isRecorded(verified) else { return nil }
        let token = IntrospectedToken(verified)
        introspected.remember(token, digest)
        return token
    }

    /// Whether the record has exactly this token, and no mark kills it now.
    private func isRecorded(_ token: VerifiedToken<TokenClaims>) async throws(LifecycleError) -> Bool {
        let claims = token.claims
        let stored: Credential?
        do throws(StorageError) {
            stored = try await ledger.credential(claims.id)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        // defence: T11 becomes: guard let stored, true else {
        guard let stored, TokenClaims(credential: stored, issuer: keys.issuer, log: keys.log) == claims else {
            return false
        }
        // The snapshot of now, not of when the row was asked for.
        return snapshot.firstKill(of: stored.lineage.references, at: stored.position) == nil
    }

    /// Revokes the token that its holder gives back (RFC 7009, section 2), as the relation to oneself grants it. Of
    /// what the caller may not know of nothing is done, and nothing told (section 2.2).
    ///
    /// - Throws: `denied` to who may know of the token and not end it: silence would pass for success.
    package func giveBack(_ text: String, by caller: AuthenticatedCaller, in call: Call) async throws(LifecycleError) {
        guard case .credential(let id)? = keys.ownToken(text) else { return }
        let object = ObjectReference(kind: .credential, name: id.text)
        do {
            _ = try await revoke(.object(object), reason: .cessationOfOperation, by: caller, in: call)
        } catch .notFound {
            return
        }
    }
}
