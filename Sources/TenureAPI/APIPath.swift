/// The paths of CONTRACT, section 3. Names and ids in them are of characters that a path may hold.
package enum APIPath {
    package static let prefix = "/api/v1"

    package static let login = prefix + "/login"
    package static let logins = prefix + "/logins"
    package static let tokens = prefix + "/tokens"
    package static let certificates = prefix + "/certificates"
    package static let credentials = prefix + "/credentials"
    package static let revocations = prefix + "/revocations"
    package static let offboardings = prefix + "/offboardings"
    package static let plans = prefix + "/plans"
    package static let rotations = prefix + "/rotations"
    package static let audiences = prefix + "/audiences"
    package static let keys = prefix + "/keys"
    package static let events = prefix + "/events"
    package static let cutoffs = prefix + "/cutoffs"
    package static let auditEntries = prefix + "/audit/entries"
    package static let inclusionProofs = prefix + "/audit/proofs"
    package static let consistencyProofs = prefix + "/audit/proofs/consistency"
    package static let operations = prefix + "/operations"
    package static let status = prefix + "/status"
    package static let bundle = prefix + "/bundle"
    package static let identities = prefix + "/identities"
    package static let owners = prefix + "/owners"
    package static let trusts = prefix + "/trusts"
    package static let profiles = prefix + "/profiles"
    package static let entitlements = prefix + "/entitlements"

    // Outside `/api/v1`.
    package static let tokenExchange = "/oauth2/token"
    package static let introspection = "/oauth2/introspect"
    package static let tokenRevocation = "/oauth2/revoke"
    package static let authorizationServer = "/.well-known/oauth-authorization-server"
    package static let auditCheckpoint = "/audit/checkpoint"
    package static let auditKey = "/audit/key"
    package static let auditTiles = "/audit/tile"
    package static let root = "/ca/root.pem"
    package static let chain = "/ca/chain.pem"
    package static let crl = "/crl"
    package static let ocsp = "/ocsp"
    package static let alive = "/livez"
    package static let ready = "/readyz"
    package static let metrics = "/metrics"
    package static let openAPI = "/openapi.json"

    /// - Parameter id: the id of the certificate that is renewed.
    package static func renewal(of id: String) -> String { certificates + "/" + id + "/renewal" }
    /// One credential.
    package static func credential(_ id: String) -> String { credentials + "/" + id }
    /// Why a credential exists, and what ended it.
    package static func explanation(ofCredential id: String) -> String { credentials + "/" + id + "/explanation" }
    /// Why a login was accepted or refused.
    package static func explanation(ofLogin id: String) -> String { logins + "/" + id + "/explanation" }
    /// One case.
    package static func offboarding(_ id: String) -> String { offboardings + "/" + id }
    /// What a case killed.
    package static func dead(ofCase id: String) -> String { offboardings + "/" + id + "/dead" }
    /// Where a plan is applied.
    package static func application(ofPlan id: String) -> String { plans + "/" + id + "/application" }
    /// Not of an audience with a slash, which `keys` takes as its query `audience`: no proxy may decide what an encoded
    /// slash means (THREATS, T25).
    package static func keys(ofAudience audience: String) -> String { audiences + "/" + audience + "/keys" }
    /// What became of a call.
    package static func operation(_ id: String) -> String { operations + "/" + id }
    /// - Parameter reference: `kind/name` or `kind/id`, as `workload/deploy`.
    package static func identity(_ reference: String) -> String { identities + "/" + reference }
    /// - Parameter reference: `person/ada` or `team/platform`.
    package static func owner(_ reference: String) -> String { owners + "/" + reference }
    /// - Parameter name: the name or the id.
    package static func trust(_ name: String) -> String { trusts + "/" + name }
    /// - Parameter name: the name or the id.
    package static func profile(_ name: String) -> String { profiles + "/" + name }
    package static func entitlement(_ id: String) -> String { entitlements + "/" + id }
}

/// Names of headers that are ours, or that we use in a way of our own.
package enum APIHeader {
    /// The id of the operation of a recording call.
    package static let operationID = "Operation-Id"
    /// 1 to 64 of `[A-Za-z0-9_-]` (FORMATS, section 4).
    package static let idempotencyKey = "Idempotency-Key"
    /// The version of an object in double quotes, as `"3"`.
    package static let entityTag = "ETag"
    package static let ifMatch = "If-Match"
}
