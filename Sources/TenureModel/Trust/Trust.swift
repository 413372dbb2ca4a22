/// How an identity proves itself. Each change makes a new version.
package struct Trust: Hashable, Sendable {
    package var id: TrustID
    /// The audit index of the entry that made it: its number in `t` references. −1 until it is recorded.
    package var number: Int64
    package var version: Int64
    package var name: Name
    package var identity: IdentityID
    package var state: State
    package var method: Method

    /// An ended trust stays as a tombstone.
    package enum State: String, Hashable, Sendable, CaseIterable, Codable {
        case active, ended
    }

    /// With what the identity proves itself.
    package enum Method: Hashable, Sendable {
        case oidc(OIDCTrust)
        case bootstrap(BootstrapTrust)
    }

    package init(
        id: TrustID, number: Int64, version: Int64, name: Name, identity: IdentityID, state: State, method: Method
    ) {
        self.id = id
        self.number = number
        self.version = version
        self.name = name
        self.identity = identity
        self.state = state
        self.method = method
    }

    package var oidc: OIDCTrust? {
        if case .oidc(let trust) = method { trust } else { nil }
    }
}

/// An OIDC issuer with exact claim conditions.
package struct OIDCTrust: Hashable, Sendable, Codable {
    /// Issuers whose claims we know: their ids bind, their names do not.
    package enum Preset: String, Hashable, Sendable, CaseIterable, Codable {
        case github, gitlab, kubernetes
    }

    /// Where the issuer's keys come from.
    package enum KeySource: Hashable, Sendable, Codable {
        /// `ISSUER/.well-known/openid-configuration` names the JWKS address.
        case discovery
        case url(String)
        /// A JWK Set (RFC 7517) given with the trust, for sites without a network; its text.
        case fixed(String)
    }

    package var preset: Preset?
    /// The `iss` claim, compared by bytes.
    package var issuer: String
    package var keys: KeySource
    /// A PEM bundle that the issuer's TLS certificate must chain to; nil for the system's roots.
    package var caPEM: String?
    /// CIDR blocks outside the public ranges where the keys may be fetched from.
    package var networks: [String]
    package var audience: String
    /// At least one; all must hold.
    package var conditions: [ClaimCondition]
    package var presentations: PresentationLimit

    package init(
        preset: Preset?, issuer: String, keys: KeySource, caPEM: String?, networks: [String], audience: String,
        conditions: [ClaimCondition], presentations: PresentationLimit
    ) {
        self.preset = preset
        self.issuer = issuer
        self.keys = keys
        self.caPEM = caPEM
        self.networks = networks
        self.audience = audience
        self.conditions = conditions
        self.presentations = presentations
    }
}

/// One claim that must be there with exactly this value: no patterns, no case folding, no type conversion.
package struct ClaimCondition: Hashable, Sendable, Codable {
    /// A value as JSON types it; nothing is converted.
    package enum Value: Hashable, Sendable {
        case text(String)
        case number(Int64)
        case flag(Bool)
    }

    package var claim: String
    package var value: Value

    package init(claim: String, value: Value) {
        self.claim = claim
        self.value = value
    }
}

// By bytes: Swift's `==` of strings holds U+212A KELVIN SIGN for `K`, and two spellings of `é` for one (THREATS, T3).
extension ClaimCondition {
    package static func == (one: Self, other: Self) -> Bool {
        one.claim.utf8.elementsEqual(other.claim.utf8) && one.value == other.value
    }

    package func hash(into hasher: inout Hasher) {
        for byte in claim.utf8 { hasher.combine(byte) }
        hasher.combine(value)
    }
}

extension ClaimCondition.Value {
    package static func == (one: Self, other: Self) -> Bool {
        switch (one, other) {
        case (.text(let one), .text(let other)): one.utf8.elementsEqual(other.utf8)
        case (.number(let one), .number(let other)): one == other
        case (.flag(let one), .flag(let other)): one == other
        case (.text, _), (.number, _), (.flag, _): false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .text(let text): for byte in text.utf8 { hasher.combine(byte) }
        case .number(let number): hasher.combine(number)
        case .flag(let flag): hasher.combine(flag)
        }
    }
}

extension ClaimCondition.Value: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else {
            self = .number(try container.decode(Int64.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        }
    }
}

/// How often one token may be presented for acts that record (THREATS, T17).
package enum PresentationLimit: Hashable, Sendable, Codable {
    case count(Int64)
    case untilExpiry

    package static let once = PresentationLimit.count(1)
}

/// A secret that works once, until it ends; only its hash is kept.
package struct BootstrapTrust: Hashable, Sendable, Codable {
    /// SHA-256 of the secret's 16 bytes.
    package var secretHash: [UInt8]
    package var ends: Timestamp

    package init(secretHash: [UInt8], ends: Timestamp) {
        self.secretHash = secretHash
        self.ends = ends
    }
}
