internal import APITokens
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel

extension Broker {
    /// Makes a new version of a ring: random, wrapped, staged; it signs at once where nothing else can, else after it
    /// was published for a minute.
    func newRing(_ purpose: KeyVersion.Purpose, isFirst: Bool) throws(LifecycleError) -> KeyVersion {
        let time = now()
        let id: KeyVersionID = try makeID()
        let isCut = isFirst ? false : try hasCutKey(purpose, at: time)
        let signFrom = RingRotation.signFrom(published: time, isFirst: isFirst, predecessorIsCut: isCut)
        do throws(CryptoError) {
            let secret = try SecureRandom.secret(32)
            return KeyVersion(
                id: id, version: 1, purpose: purpose, state: isFirst || isCut ? .active : .staged,
                published: time,
                signFrom: signFrom, signUntil: nil, verifyUntil: nil, publicKey: [], certificates: [],
                wrapped: try keys.wrapped(secret, of: id, purpose))
        } catch {
            throw .unavailable(.init("no key could be made: \(error)"))
        }
    }

    /// Whether some audience of the ring has no key that signs, because it was cut: then nobody waits for another.
    private func hasCutKey(_ purpose: KeyVersion.Purpose, at time: Timestamp) throws(LifecycleError) -> Bool {
        let snapshot = self.snapshot
        let ring: KeyRing?
        var audiences: Set<Audience> = [SessionClaims.audience]
        if case .tokenRing(let environment) = purpose {
            ring = keys.tokenRing(environment)
            audiences = snapshot.audiences(of: environment)
        } else {
            ring = keys.sessionRing
        }
        guard let ring else { return false }
        do throws(CryptoError) {
            for audience in audiences.sorted() {
                let key = try ring.signingKey(for: audience, at: time) { snapshot.mark($0) }
                if key == nil { return true }
            }
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        return false
    }

    /// Takes new keys into use, where a change made any.
    func reloadKeysIfNeeded(_ changes: [PlannedChange]) throws(LifecycleError) {
        let concernsKeys = changes.contains { planned in
            switch planned.change {
            case .keyVersion, .profile: true
            case .identity, .trust, .entitlement: false
            }
        }
        guard concernsKeys else { return }
        do throws(KeyChestError) {
            try keys.reload(from: snapshot)
        } catch {
            throw .unavailable(.init("keys could not be loaded: \(error)"))
        }
    }
}

extension Snapshot {
    func audiences(of environment: EnvironmentName) -> Set<Audience> {
        var audiences: Set<Audience> = []
        for profile in profiles where profile.environment == environment && profile.state == .active {
            if case .token(let token) = profile.body { audiences.formUnion(token.audiences) }
        }
        return audiences
    }
}
