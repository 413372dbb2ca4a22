/// What is to be revoked: a reference, or the thing itself.
package enum RevocationTargetBody: Hashable, Sendable {
    /// `kind/name` or `kind/id`, as `workload/deploy` or `owner/person/ada`.
    case reference(String)
    /// A certificate in PEM.
    case certificate(String)
    /// A SubjectPublicKeyInfo in PEM.
    case publicKey(String)
    /// A token of ours, as text.
    case token(String)
}

extension RevocationTargetBody: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case certificate
        case publicKey = "public_key"
        case token
    }

    package init(from decoder: any Decoder) throws {
        do {
            self = .reference(try decoder.singleValueContainer().decode(String.self))
            return
        } catch DecodingError.typeMismatch {
            // It is an object, then.
        }
        let fields = try StrictFields<CodingKeys>(decoder)
        let certificate: String? = try fields.optional(.certificate)
        let publicKey: String? = try fields.optional(.publicKey)
        let token: String? = try fields.optional(.token)
        switch (certificate, publicKey, token) {
        case (let pem?, nil, nil): self = .certificate(pem)
        case (nil, let pem?, nil): self = .publicKey(pem)
        case (nil, nil, let text?): self = .token(text)
        default:
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "exactly one of certificate, public_key and token"))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        if case .reference(let text) = self {
            var container = encoder.singleValueContainer()
            return try container.encode(text)
        }
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .reference: break
        case .certificate(let pem): try container.encode(pem, forKey: .certificate)
        case .publicKey(let pem): try container.encode(pem, forKey: .publicKey)
        case .token(let text): try container.encode(text, forKey: .token)
        }
    }
}

extension RevocationTargetBody: CustomStringConvertible, CustomReflectable {
    /// Shows references alone: a token is a secret until it is dead (P6).
    package var description: String {
        switch self {
        case .reference(let text): text
        case .certificate: "<certificate>"
        case .publicKey: "<public key>"
        case .token: "<secret>"
        }
    }

    /// Shows nothing, so that no dump does.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
