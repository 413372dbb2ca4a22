package import TenureAPI

/// The claims of a token of somebody else's, typed by a decoder of ours: `aud` of any length traps elsewhere, times as
/// doubles too (THREATS, T10, T15). All claims stay at hand as read, for conditions.
package struct FederatedClaims: Hashable, Sendable {
    /// `iss`; compared by bytes.
    package let issuer: String
    package let subject: String?
    /// `aud`, a string or an array of 1 to 16; a missing one is empty and fits no trust.
    package let audiences: [String]
    /// `exp`, `nbf`, `iat`: whole seconds from 0 to 2^53.
    package let expires: Int64?
    package let notBefore: Int64?
    package let issuedAt: Int64?
    /// `jti`
    package let tokenID: String?
    /// The whole object.
    package let all: StrictJSON.Value

    static let secondsMax: Int64 = 1 << 53
    static let audienceCountMax = 16

    /// Reads the decoded second part of a token.
    ///
    /// - Throws: `FederatedTokenError` with the claim at fault.
    package init(json bytes: [UInt8]) throws(FederatedTokenError) {
        do {
            all = try StrictJSON.parse(bytes)
        } catch {
            throw .claims(.init(text: error.description))
        }
        guard all.members != nil else { throw Self.fault("", .notAnObject) }
        guard let issuer = try Self.text("iss", in: all) else { throw Self.fault("iss", .missing) }
        self.issuer = issuer
        subject = try Self.text("sub", in: all)
        audiences = try Self.audiences(in: all)
        expires = try Self.seconds("exp", in: all)
        notBefore = try Self.seconds("nbf", in: all)
        issuedAt = try Self.seconds("iat", in: all)
        tokenID = try Self.text("jti", in: all)
    }

    private static func text(_ name: String, in all: StrictJSON.Value) throws(FederatedTokenError) -> String? {
        guard let value = all[name] else { return nil }
        guard let text = value.text else { throw fault(name, .wrongType) }
        guard !text.utf8.isEmpty else { throw fault(name, .empty) }
        return text
    }

    private static func seconds(_ name: String, in all: StrictJSON.Value) throws(FederatedTokenError) -> Int64? {
        guard let value = all[name] else { return nil }
        // defence: T1 T10 T15 becomes: guard let seconds = value.integer, true else { throw fault(name, .notATime) }
        guard let seconds = value.integer, (0...secondsMax).contains(seconds) else { throw fault(name, .notATime) }
        return seconds
    }

    private static func audiences(in all: StrictJSON.Value) throws(FederatedTokenError) -> [String] {
        guard let value = all["aud"] else { return [] }
        if value.text != nil { return try text("aud", in: all).map { [$0] } ?? [] }
        guard let elements = value.elements else { throw fault("aud", .wrongType) }
        // defence: T15
        guard !elements.isEmpty else { throw fault("aud", .empty) }
        guard elements.count <= audienceCountMax else { throw fault("aud", .tooMany) }
        var audiences: [String] = []
        for element in elements {
            guard let audience = element.text else { throw fault("aud", .wrongType) }
            guard !audience.utf8.isEmpty else { throw fault("aud", .empty) }
            audiences.append(audience)
        }
        return audiences
    }

    private static func fault(
        _ name: String, _ reason: FederatedTokenError.ClaimFault.Reason
    ) -> FederatedTokenError {
        .claim(.init(name: name, reason: reason))
    }
}
