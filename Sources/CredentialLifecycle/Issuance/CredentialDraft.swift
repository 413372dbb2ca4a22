internal import AuditLog
internal import Authorization
internal import Storage
internal import TenureModel

/// A credential as it will be recorded: every field that P1 asks for, taken from policy's basis and the caller's proof.
struct CredentialDraft {
    let id: CredentialID
    let basis: IssuanceBasis
    let proof: CallerProof
    let notBefore: Timestamp
    let notAfter: Timestamp
    /// The family that a renewal stays in; nil starts one.
    let family: Int64?

    func credential(body: CredentialBody, subjectKey: Int64?, signingKey: Int64) -> Credential {
        let own = LineageReference.credential(id)
        let lineage = Lineage(
            identity: basis.identity.number, owner: basis.owner.number, entitlements: [basis.entitlement.number],
            profile: basis.profile.number, trust: proof.trustNumber,
            environment: LineageReference.environment(basis.environment).number, instance: proof.instance,
            credential: own.number, family: family ?? proof.family ?? own.number,
            authentication: proof.authentication, subjectKey: subjectKey, signingKey: signingKey)
        let kind: Credential.Kind = if case .token = body { .token } else { .certificate }
        return Credential(
            id: id, kind: kind, index: -1, floor: basis.floor, identity: basis.identity.id,
            identityVersion: basis.identity.version, owner: basis.owner.id, ownerVersion: basis.owner.version,
            environment: basis.environment, purpose: basis.purpose, entitlement: basis.entitlement.id,
            entitlementVersion: basis.entitlement.version, profile: basis.profile.id,
            profileVersion: basis.profile.version, trust: proof.trust, trustVersion: proof.trustVersion,
            notBefore: notBefore, notAfter: notAfter, lineage: lineage, body: body)
    }

    /// All references on which the recording rests: the credential's own, the caller's, `i` and `o` of each identity,
    /// and `i` of the member who answers for a team.
    func references(of credential: Credential) -> [LineageReference] {
        var references = credential.lineage.references
        references.append(LineageReference(.identity, basis.owner.number))
        // defence: T35
        references.append(LineageReference(.identity, basis.ownerPerson.number))
        references.append(contentsOf: proof.references)
        return references
    }
}
