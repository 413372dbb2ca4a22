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
        let signFrom = RingRotation.signFrom(published: time, isFirst: isFirst, predecessorIsCut: false)
        do throws(CryptoError) {
            let secret = try SecureRandom.secret(32)
            return KeyVersion(
                id: id, version: 1, purpose: purpose, state: isFirst ? .active : .staged, published: time,
                signFrom: signFrom, signUntil: nil, verifyUntil: nil, publicKey: [], certificates: [],
                wrapped: try keys.wrapped(secret, of: id, purpose))
        } catch {
            throw .unavailable(.init("no key could be made: \(error)"))
        }
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
