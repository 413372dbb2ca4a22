package import TenureModel

/// What a revocation names, parsed; to which references it leads is looked up in the transaction that cuts them.
package enum RevocationTarget: Hashable, Sendable {
    /// `kind/name` or `kind/id`.
    case object(ObjectReference)
    /// A certificate of ours, in DER; found by issuer and serial number, and compared by bytes.
    case certificate([UInt8])
    /// A public key as SubjectPublicKeyInfo in DER: blocked from then on, for every identity.
    case publicKey([UInt8])
    /// A token of ours, as text; its signature is checked, its end is not.
    case token(String)
}
