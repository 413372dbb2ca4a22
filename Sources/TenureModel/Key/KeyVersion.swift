/// One version of a key that the broker signs with or derives from. Each change of its state makes a new row version.
///
/// Private bytes are here in wrapped form alone (P6).
package struct KeyVersion: Hashable, Sendable {
    /// What a key is for.
    package enum Purpose: Hashable, Sendable {
        /// The secret from which the token keys of one environment's audiences are derived.
        case tokenRing(EnvironmentName)
        /// The secret from which session tokens are signed; has no environment and no key endpoint.
        case sessionRing
        case rootCA
        case issuingCA
        /// Ed25519, signs checkpoints; outlives rotation of everything else.
        case auditCheckpoint
        /// Ed25519, signs receipts of cases.
        case receipt
        /// The key under which all others rest; itself wrapped by the key-encryption key.
        case dataKey
    }

    /// Versions follow one another, and two overlap.
    package enum State: String, Hashable, Sendable, CaseIterable, Codable {
        case staged, active, draining, retired
    }

    package var id: KeyVersionID
    package var version: Int64
    package var purpose: Purpose
    package var state: State
    package var published: Timestamp
    package var signFrom: Timestamp
    /// Nil while no end is set.
    package var signUntil: Timestamp?
    package var verifyUntil: Timestamp?
    /// Of audiences that alone were rotated: from when on their generations 1, 2 … sign (FORMATS, section 4).
    package var generations: [Audience: [Timestamp]]
    /// SubjectPublicKeyInfo in DER, or empty of a symmetric key.
    package var publicKey: [UInt8]
    /// The certificates of a CA key in DER, its own first; empty else.
    package var certificates: [[UInt8]]
    /// AES-256-GCM under the data key; empty where the private key lies elsewhere.
    package var wrapped: [UInt8]

    package init(
        id: KeyVersionID, version: Int64, purpose: Purpose, state: State, published: Timestamp, signFrom: Timestamp,
        signUntil: Timestamp?, verifyUntil: Timestamp?, generations: [Audience: [Timestamp]] = [:], publicKey: [UInt8],
        certificates: [[UInt8]], wrapped: [UInt8]
    ) {
        self.id = id
        self.version = version
        self.purpose = purpose
        self.state = state
        self.published = published
        self.signFrom = signFrom
        self.signUntil = signUntil
        self.verifyUntil = verifyUntil
        self.generations = generations
        self.publicKey = publicKey
        self.certificates = certificates
        self.wrapped = wrapped
    }
}

extension KeyVersion.Purpose {
    /// `token-ring/production`, `session-ring`, `root-ca` …, as it stands in the table and in entries.
    package var text: String {
        switch self {
        case .tokenRing(let environment): "token-ring/" + environment.text
        case .sessionRing: "session-ring"
        case .rootCA: "root-ca"
        case .issuingCA: "issuing-ca"
        case .auditCheckpoint: "audit-checkpoint"
        case .receipt: "receipt"
        case .dataKey: "data-key"
        }
    }

    /// Parses what `text` gives.
    package init(_ text: String) throws(NameError) {
        switch text {
        case "session-ring": self = .sessionRing
        case "root-ca": self = .rootCA
        case "issuing-ca": self = .issuingCA
        case "audit-checkpoint": self = .auditCheckpoint
        case "receipt": self = .receipt
        case "data-key": self = .dataKey
        default:
            let prefix = "token-ring/"
            guard text.hasPrefix(prefix) else { throw .malformed }
            self = .tokenRing(try EnvironmentName(String(text.dropFirst(prefix.count))))
        }
    }
}
