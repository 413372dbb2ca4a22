internal import APITokens
internal import ArgumentParser
internal import Foundation
internal import TenureAPI
internal import TenureClient
internal import TenureModel
internal import TenureVerifier

struct TokenVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a token on standard input with its audience's keys, without asking the broker about it.",
        discussion: """
            tenure token verify --keys registry.keys < registry.token
            tenure token verify --keys https://HOST:8443/api/v1/audiences/registry/keys < registry.token

            Text, key, signature, audience and time are checked. Revocations are not: whoever must know follows the \
            feed, or asks the broker. Ends with 8 where the token is not good.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("The audience's keys: a file, or an address of the broker.", valueName: "file|url"))
    var keys: String
    @Option(
        help: ArgumentHelp("The audience, where the keys do not say it. Else the token's own.", valueName: "audience"))
    var audience: String?
    @Option(help: ArgumentHelp("The issuer that the token must name. Else what the keys say.", valueName: "url"))
    var issuer: String?

    func run() async throws {
        let set = try await keySet()
        let text = try TokenInput.read()
        let unchecked = try Self.verification { () throws(TokenFailure) in
            try TokenVerifier.uncheckedClaims(of: text).claims
        }
        let expected = try wantedAudience(set) ?? unchecked.audience
        guard let issuer = TokenIssuer(issuer ?? set.issuer ?? unchecked.issuer.text) else {
            throw CommandFailure.usage("the issuer is not usable")
        }
        let known = try Self.known(set, audience: expected, issuer: issuer)
        let now = Timestamp(clampingMilliseconds: Int64(clamping: Int(Date().timeIntervalSince1970 * 1000)))
        let verified = try Self.verification { () throws(TokenFailure) in
            try TokenVerifier(issuer: issuer, audience: expected).verify(text, at: now) { kid in known[kid] }
        }
        try show(verified.claims, kid: verified.kid)
    }

    private static func known(
        _ set: AudienceKeySetAnswer, audience: Audience, issuer: TokenIssuer
    ) throws(CommandFailure) -> VerificationKeys {
        do {
            return try VerificationKeys(
                AudienceKeySetAnswer(keys: set.keys, audience: audience.text, issuer: issuer.text), audience: audience)
        } catch {
            throw .usage("the key set holds a key that is not one of ours")
        }
    }

    private func wantedAudience(_ set: AudienceKeySetAnswer) throws -> Audience? {
        guard let text = audience ?? set.audience else { return nil }
        do {
            return try Audience(text)
        } catch {
            throw CommandFailure.usage("\(text) is no audience")
        }
    }

    private func keySet() async throws -> AudienceKeySetAnswer {
        guard keys.hasPrefix("https://") else {
            do {
                return try JSONDecoder().decode(
                    AudienceKeySetAnswer.self, from: Data(try FileContent.read(keys, bytesMax: 1 << 20)))
            } catch is DecodingError {
                throw CommandFailure.usage("\(keys) holds no key set of an audience")
            }
        }
        guard let parts = URLComponents(string: keys), let host = parts.host else {
            throw CommandFailure.usage("--keys is no address")
        }
        var broker = connection
        broker.addr = "https://" + (host.contains(":") ? "[\(host)]" : host) + (parts.port.map { ":\($0)" } ?? "")
        let path = parts.percentEncodedPath + (parts.percentEncodedQuery.map { "?" + $0 } ?? "")
        return try await broker.withClient { try await $0.keySet(at: path) }
    }

    private func show(_ claims: TokenClaims, kid: KeyID) throws {
        let result = VerifiedTokenResult(claims, kid: kid)
        try output.show(result) { report in
            report.line("The token is good.")
            report.row("Credential", "credential/" + result.id)
            report.row("Identity", result.identity)
            report.row("Owner", result.owner)
            report.row("Entitlement", result.entitlement)
            report.row("Audience", result.audience)
            report.row("Scope", result.scope)
            report.row("Issuer", result.issuer)
            report.row("Expires", result.expiresAt)
            report.row("Audit index", result.auditIndex)
            report.row("Key", result.kid)
        }
    }

    private static func verification<Value>(_ step: () throws(TokenFailure) -> Value) throws(CommandFailure) -> Value {
        do {
            return try step()
        } catch .cryptographyFailed {
            throw CommandFailure(.fault, "the cryptographic library failed")
        } catch {
            throw CommandFailure(.verificationFailed, "the token is not good: \(words(of: error))")
        }
    }

    private static func words(of failure: TokenFailure) -> String {
        switch failure {
        case .tooLarge: "it is over 8 KiB"
        case .malformed: "it is no token of ours"
        case .badChecksum: "its checksum is wrong: a typing error, or a cut copy"
        case .wrongHeader: "its header is not one of ours"
        case .unknownKey: "none of the keys may verify it"
        case .badSignature: "its signature is wrong"
        case .malformedClaims: "its claims are not those of ours"
        case .wrongIssuer: "it comes from another issuer"
        case .wrongAudience: "it is for another audience"
        case .notYetValid: "it is not valid yet"
        case .expired: "it has expired"
        case .cryptographyFailed: "the cryptographic library failed"
        }
    }
}

/// What a good token says.
private struct VerifiedTokenResult: Encodable {
    let id: String
    let identity: String
    let owner: String
    let entitlement: String
    let audience: String
    let scope: [String]
    let issuer: String
    let expiresAt: String
    let auditIndex: Int64
    let kid: String

    init(_ claims: TokenClaims, kid: KeyID) {
        id = claims.id.text
        identity = claims.subject.kind.rawValue + "/" + claims.subject.text
        owner = claims.owner.kind.rawValue + "/" + claims.owner.text
        entitlement = claims.entitlement.text + "@" + String(claims.entitlementVersion)
        audience = claims.audience.text
        scope = claims.scopes.map(\.text)
        issuer = claims.issuer.text
        expiresAt = claims.expires.secondsText
        auditIndex = claims.index
        self.kid = kid.text
    }

    enum CodingKeys: String, CodingKey {
        case id, identity, owner, entitlement, audience, scope, issuer
        case expiresAt = "expires_at"
        case auditIndex = "audit_index"
        case kid
    }
}
