/// An identity as it was when something was recorded.
package struct PartyAnswer: Codable, Hashable, Sendable {
    /// As `workload/deploy`.
    package var reference: String
    package var id: String
    package var version: Int64
    /// Its state today.
    package var state: String

    package init(reference: String, id: String, version: Int64, state: String) {
        self.reference = reference
        self.id = id
        self.version = version
        self.state = state
    }

    enum CodingKeys: String, CodingKey {
        case reference
        case id
        case version
        case state
    }
}

/// The entitlement version that justified a credential.
package struct EntitlementBasisAnswer: Codable, Hashable, Sendable {
    /// As `ent_…@3`.
    package var version: String
    /// As `profile/ci-token@2`.
    package var profile: String
    package var justification: String
    /// An identity, or policy as `policy/ci-token@1`.
    package var grantedBy: String
    package var grantedAt: String
    /// An identity, or policy as `policy/ci-token@1`.
    package var approvedBy: String
    package var approvedAt: String
    package var constraints: ConstraintsBody?
    package var ends: String?
    /// The entry that wrote this version.
    package var auditIndex: Int64?

    package init(
        version: String, profile: String, justification: String, grantedBy: String, grantedAt: String,
        approvedBy: String, approvedAt: String, constraints: ConstraintsBody? = nil, ends: String? = nil,
        auditIndex: Int64? = nil
    ) {
        self.version = version
        self.profile = profile
        self.justification = justification
        self.grantedBy = grantedBy
        self.grantedAt = grantedAt
        self.approvedBy = approvedBy
        self.approvedAt = approvedAt
        self.constraints = constraints
        self.ends = ends
        self.auditIndex = auditIndex
    }

    enum CodingKeys: String, CodingKey {
        case version
        case profile
        case justification
        case grantedBy = "granted_by"
        case grantedAt = "granted_at"
        case approvedBy = "approved_by"
        case approvedAt = "approved_at"
        case constraints
        case ends
        case auditIndex = "audit_index"
    }
}

/// How the caller had proved itself.
package struct AuthenticationAnswer: Codable, Hashable, Sendable {
    /// `oidc`, `session`, `certificate` or `bootstrap`.
    package var how: String
    package var trust: String?
    package var issuer: String?
    package var session: String?
    /// The certificate that authenticated the call.
    package var credential: String?
    /// The peer's address.
    package var source: String?

    package init(
        how: String, trust: String? = nil, issuer: String? = nil, session: String? = nil, credential: String? = nil,
        source: String? = nil
    ) {
        self.how = how
        self.trust = trust
        self.issuer = issuer
        self.session = session
        self.credential = credential
        self.source = source
    }

    enum CodingKeys: String, CodingKey {
        case how
        case trust
        case issuer
        case session
        case credential
        case source
    }
}

/// What killed a credential.
package struct CredentialEndAnswer: Codable, Hashable, Sendable {
    /// `mark` or `expiry`.
    package var cause: String
    /// Of a mark: the letter of the reference that was cut.
    package var kind: String?
    /// Of a mark: the number of that reference, in hexadecimal digits where it is a hash.
    package var number: String?
    /// What that reference is of, as `person/ada`.
    package var object: String?
    /// Of a mark: all that was issued up to this index is dead.
    package var cut: Int64?
    package var reason: String?
    /// Who did it.
    package var by: String?
    package var at: String
    /// The entry that cut.
    package var auditIndex: Int64?

    package init(
        cause: String, kind: String? = nil, number: String? = nil, object: String? = nil, cut: Int64? = nil,
        reason: String? = nil, by: String? = nil, at: String, auditIndex: Int64? = nil
    ) {
        self.cause = cause
        self.kind = kind
        self.number = number
        self.object = object
        self.cut = cut
        self.reason = reason
        self.by = by
        self.at = at
        self.auditIndex = auditIndex
    }

    enum CodingKeys: String, CodingKey {
        case cause
        case kind
        case number
        case object
        case cut
        case reason
        case by
        case at
        case auditIndex = "audit_index"
    }
}

/// Answer of `GET /credentials/{id}/explanation`: who has it, why, and what ended it.
package struct CredentialExplanationAnswer: Codable, Hashable, Sendable {
    package var credential: CredentialAnswer
    package var identity: PartyAnswer
    package var owner: PartyAnswer
    package var entitlement: EntitlementBasisAnswer
    package var authentication: AuthenticationAnswer
    package var recordedAt: String
    package var auditIndex: Int64
    package var proof: InclusionProofAnswer?
    /// Nil while it is active.
    package var end: CredentialEndAnswer?
    /// How long it may live on, once revoked, for those who read CRLs.
    package var revocationSeconds: Int64?
    package var checkpoint: CheckpointAnswer?

    package init(
        credential: CredentialAnswer, identity: PartyAnswer, owner: PartyAnswer, entitlement: EntitlementBasisAnswer,
        authentication: AuthenticationAnswer, recordedAt: String, auditIndex: Int64, proof: InclusionProofAnswer? = nil,
        end: CredentialEndAnswer? = nil, revocationSeconds: Int64? = nil, checkpoint: CheckpointAnswer? = nil
    ) {
        self.credential = credential
        self.identity = identity
        self.owner = owner
        self.entitlement = entitlement
        self.authentication = authentication
        self.recordedAt = recordedAt
        self.auditIndex = auditIndex
        self.proof = proof
        self.end = end
        self.revocationSeconds = revocationSeconds
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case credential
        case identity
        case owner
        case entitlement
        case authentication
        case recordedAt = "recorded_at"
        case auditIndex = "audit_index"
        case proof
        case end
        case revocationSeconds = "revocation_seconds"
        case checkpoint
    }
}

/// One bound that was tried: what was expected, what came.
package struct BoundAnswer: Codable, Hashable, Sendable {
    /// As `audience`, `claim:ref` or `signature`.
    package var bound: String
    package var expected: String
    package var actual: String
    package var met: Bool

    package init(bound: String, expected: String, actual: String, met: Bool) {
        self.bound = bound
        self.expected = expected
        self.actual = actual
        self.met = met
    }

    enum CodingKeys: String, CodingKey {
        case bound
        case expected
        case actual
        case met
    }
}

/// One trust that was tried.
package struct LoginAttemptAnswer: Codable, Hashable, Sendable {
    package var trust: String
    package var identity: String?
    package var bounds: [BoundAnswer]

    package init(trust: String, identity: String? = nil, bounds: [BoundAnswer]) {
        self.trust = trust
        self.identity = identity
        self.bounds = bounds
    }

    enum CodingKeys: String, CodingKey {
        case trust
        case identity
        case bounds
    }
}

/// Answer of `GET /logins/{id}/explanation`, for the operator: which bound held, which failed.
package struct LoginExplanationAnswer: Codable, Hashable, Sendable {
    package var id: String
    package var at: String
    /// `done` or `refused`.
    package var outcome: String
    package var method: String
    package var source: String?
    package var issuer: String?
    package var identity: String?
    /// Who answers for the identity, where a proof of it was presented too often.
    package var owner: String?
    /// Why, in one sentence, where no trust was reached.
    package var detail: String?
    package var attempts: [LoginAttemptAnswer]
    package var auditIndex: Int64?

    package init(
        id: String, at: String, outcome: String, method: String, source: String? = nil, issuer: String? = nil,
        identity: String? = nil, owner: String? = nil, detail: String? = nil, attempts: [LoginAttemptAnswer],
        auditIndex: Int64? = nil
    ) {
        self.id = id
        self.at = at
        self.outcome = outcome
        self.method = method
        self.source = source
        self.issuer = issuer
        self.identity = identity
        self.owner = owner
        self.detail = detail
        self.attempts = attempts
        self.auditIndex = auditIndex
    }

    enum CodingKeys: String, CodingKey {
        case id
        case at
        case outcome
        case method
        case source
        case issuer
        case identity
        case owner
        case detail
        case attempts
        case auditIndex = "audit_index"
    }
}
