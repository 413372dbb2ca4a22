internal import APITokens
internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import Federation
internal import Logging
internal import OpenSSLCrypto
internal import SQLiteEngine
internal import Storage
internal import TenureModel

/// What is there when a history begins: an administrator, three owners, a team, ten workloads in two environments.
enum Estate {
    static let workloads = (0..<10).map { "w\($0)" }
    static let production = "production"
    static let lab = "lab"

    /// Every third is of the lab, and certificates are for production alone.
    static func environment(of place: Int) -> String { place % 3 == 2 ? lab : production }

    static func tokenProfile(in environment: String) -> String { environment == lab ? "lab-token" : "ci-token" }

    static func audience(in environment: String) -> String { environment == lab ? "bench" : "registry" }

    static func profiles() throws -> [DesiredProfile] {
        let acts = Act.allCases.filter { act in
            act != .tokenIssue && act != .certificateIssue && act != .certificateRenew && act != .loginCreate
        }
        return [
            DesiredProfile(
                path: "", name: try Name("admin"), environment: nil, approval: .other,
                body: .administration(AdministrationProfile(acts: acts, scope: .everything))),
            try token("ci-token", production, "registry", .none),
            try token("lab-token", lab, "bench", .none),
            try token("release-token", production, "releases", .owner),
            DesiredProfile(
                path: "", name: try Name("service-tls"), environment: try EnvironmentName(production), approval: .none,
                body: .certificate(
                    CertificateProfile(
                        keys: [.p256], names: ["NAME.example.internal"], usages: [.server, .client], spiffe: true,
                        lifetime: try Lifetime(seconds: 3_600), maximumLifetime: try Lifetime(seconds: 86_400),
                        revocationSeconds: 3_600, foreignConsumers: false))),
        ]
    }

    private static func token(
        _ name: String, _ environment: String, _ audience: String, _ approval: ApprovalMode
    ) throws -> DesiredProfile {
        DesiredProfile(
            path: "", name: try Name(name), environment: try EnvironmentName(environment), approval: approval,
            body: .token(
                TokenProfile(
                    audiences: [try Audience(audience)], scopes: [try Scope("push"), try Scope("pull")],
                    lifetime: try Lifetime(seconds: 900), maximumLifetime: try Lifetime(seconds: 7_200), bare: false)))
    }

    static func trust(
        of identity: String, subject: String, _ ci: CIIssuer, _ limit: PresentationLimit
    ) throws -> DesiredTrust {
        DesiredTrust(
            path: "", name: try Name(subject + "-oidc"), identity: try ObjectReference(identity),
            method: .oidc(
                OIDCTrust(
                    preset: nil, issuer: CIIssuer.url, keys: .fixed(ci.keySetText), caPEM: nil, networks: [],
                    audience: "tenure", conditions: [ClaimCondition(claim: "sub", value: .text(subject))],
                    presentations: limit)))
    }

    static func entitlement(_ identity: String, _ profile: String) throws -> DesiredEntitlement {
        DesiredEntitlement(
            path: "", identity: try ObjectReference(identity), profile: try Name(profile),
            justification: try Sentence("The simulation needs it"), constraints: .unconstrained)
    }

    /// A workload with its trust and what it is entitled to.
    static func workload(_ name: String, owner: String, environment: String, _ ci: CIIssuer) throws -> DesiredState {
        var desired = DesiredState()
        var identity = DesiredIdentity(path: "", kind: .workload, name: try Name(name))
        identity.workloadClass = .service
        identity.owner = try ObjectReference(owner)
        identity.purpose = try Sentence("Works in the simulation")
        identity.environment = try EnvironmentName(environment)
        desired.identities = [identity]
        let reference = "workload/" + name
        desired.trusts = [
            try trust(of: reference, subject: name, ci, name.hasSuffix("1") ? .once : .count(20))
        ]
        desired.entitlements = [try entitlement(reference, tokenProfile(in: environment))]
        if environment == production {
            desired.entitlements += [
                try entitlement(reference, "service-tls"), try entitlement(reference, "release-token"),
            ]
        }
        return desired
    }

    private static func whole(_ ci: CIIssuer) throws -> DesiredState {
        var all = DesiredState()
        for name in ["ada", "bob", "cyd"] {
            all.identities.append(DesiredIdentity(path: "", kind: .person, name: try Name(name)))
            all.trusts.append(try trust(of: "person/" + name, subject: name, ci, .count(20)))
        }
        all.trusts.append(try trust(of: "person/admin", subject: "admin", ci, .untilExpiry))
        var crew = DesiredIdentity(path: "", kind: .team, name: try Name("crew"))
        crew.members = [try ObjectReference("person/ada"), try ObjectReference("person/bob")]
        all.identities.append(crew)
        let owners = ["person/ada", "person/bob", "person/cyd", "team/crew"]
        for (place, name) in workloads.enumerated() {
            let one = try workload(
                name, owner: owners[place % owners.count], environment: environment(of: place), ci)
            all.identities += one.identities
            all.trusts += one.trusts
            all.entitlements += one.entitlements
        }
        return all
    }

    /// Logs the first administrator in and has them make it all; returns what is there then.
    static func apply(
        to parts: Founding.Parts, bootstrap: String, _ executor: VirtualExecutor, _ random: @escaping RandomSource
    ) async throws -> (Snapshot, KeyChest) {
        let installation = try await Installation.open(parts.database, keyEncryptionKey: parts.keyEncryptionKey)
        let recorder = try await Recorder.open(parts.database, signer: installation.signer, witness: nil) {
            Image.foundedAt
        }
        guard let issuer = TokenIssuer(Image.url) else { throw SimulationError("the issuer's address") }
        let keys = try KeyChest(
            dataKeys: installation.dataKeys, snapshot: recorder.snapshot, trustDomain: parts.order.trustDomain,
            publication: parts.order.publication, issuer: issuer, log: installation.origin.logID)
        let broker = Broker(
            settings: BrokerSettings(
                issuerURL: Image.url, plainURL: Image.plainURL, trustDomain: parts.order.trustDomain.text,
                logID: installation.origin.logID.text, isDevelopment: false),
            recorder: recorder, ledger: Ledger(parts.database, origin: installation.origin.text), keys: keys,
            keySets: Image.keySets(executor), relations: Image.relations,
            log: Logger(label: "simulation", factory: { _ in SwiftLogNoOpLogHandler() }), now: { Image.foundedAt },
            chance: random, start: { executor.start($0) })
        let leader = executor.start { await recorder.run() }
        func call() throws -> Call {
            Call(
                operation: try broker.makeID(), bodyHash: [UInt8](repeating: 1, count: 32), idempotencyKey: nil,
                source: World.source, isDryRun: false)
        }
        let first = try await broker.authenticate(.bootstrap(bootstrap), source: World.source)
        let session = try await broker.login(first, in: try call()).text()
        let admin = try await broker.authenticate(.bearer(session), source: World.source)
        _ = try await broker.change(to: try whole(parts.ci), as: .planApply, by: admin, in: try call())
        recorder.stop()
        await leader.value
        return (recorder.snapshot, keys)
    }
}
