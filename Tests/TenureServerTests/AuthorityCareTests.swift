internal import CertificateAuthority
internal import CredentialLifecycle
internal import Foundation
internal import OpenSSLCrypto
internal import SQLiteEngine
internal import Storage
internal import TenureAPI
internal import TenureModel
internal import Testing

@testable internal import TenureServer

@Suite("The server's certificate and the root's list")
struct AuthorityCareTests {
    /// Cuts the key of an issuing CA as the administrator would.
    private static func cut(_ issuer: Issuer, _ installation: TestInstallation, _ composition: Composition) async throws
    {
        let session = AdministratorSession(
            broker: composition.broker, path: installation.folder.path + "/admin.token", now: { SystemClock.now() })
        _ = try await session.renew()
        let admin = try await composition.broker.authenticate(
            .bearer(try installation.folder.text("admin.token")), source: "127.0.0.1")
        let call = Call(
            operation: try composition.broker.makeID(), bodyHash: Array(repeating: 1, count: 32), idempotencyKey: nil,
            source: "127.0.0.1", isDryRun: false)
        _ = try await composition.broker.revoke(
            .publicKey(issuer.facts.publicKey.spkiDER), reason: .keyCompromise, by: admin, in: call)
    }

    @Test("T24 the server takes a certificate of the successor at once when the CA that signed its own is cut")
    func cutIssuer() async throws {
        let installation = try await TestInstallation.founded()
        try await installation.running { composition in
            let certificate = composition.certificate
            let now = SystemClock.now()
            #expect(try certificate.renewIfDue(at: now) == false)
            let issuers = composition.broker.keys.issuers
            #expect(certificate.issuer == issuers[0].facts.keyReference)
            try await Self.cut(issuers[0], installation, composition)
            #expect(try certificate.renewIfDue(at: now))
            #expect(certificate.issuer == issuers[1].facts.keyReference)
            #expect(try certificate.renewIfDue(at: now) == false)
            // Where no CA lives the old one stays, and is not tried again each second.
            try await Self.cut(issuers[1], installation, composition)
            #expect(throws: (any Error).self) { try certificate.renewIfDue(at: now) }
            #expect(try certificate.renewIfDue(at: now.adding(seconds: 59)) == false)
            #expect(throws: (any Error).self) { try certificate.renewIfDue(at: now.adding(seconds: 60)) }
            await composition.broker.rotateWhatIsDue()
            #expect(try certificate.renewIfDue(at: now.adding(seconds: 120)))
        }
        // A server that starts after the cut does not sign by what is dead either.
        let again = try await installation.open()
        #expect(again.certificate.issuer == again.broker.keys.issuers[2].facts.keyReference)
        try await again.store.close()
    }

    @Test("the root's list, its key at hand, names a cut issuing CA: in the file, and where it is served")
    func rootList() async throws {
        let installation = try await TestInstallation.founded()
        try await installation.running { composition in
            #expect(try await composition.rootList.maintain() == false)
            let issuer = composition.broker.keys.issuers[0]
            try await Self.cut(issuer, installation, composition)
            #expect(try await composition.rootList.maintain())
            #expect(try await composition.rootList.maintain() == false)
            #expect(composition.rootList.concern == nil)
            let file = try Data(contentsOf: URL(fileURLWithPath: composition.configuration.rootListPath))
            let list = try RevocationList(der: [UInt8](file))
            #expect(list.entries.map(\.serialNumber) == [issuer.certificate.serialNumber])
            let root = try #require(composition.broker.snapshot.keyVersions(for: .rootCA).last)
            let served = try await composition.broker.completeList(
                issuer: IssuerID(high: root.id.high, low: root.id.low))
            #expect(served?.der == list.der)
            try FileManager.default.removeItem(atPath: composition.configuration.rootListPath)
            #expect(try await composition.rootList.maintain() == false)
            #expect(composition.rootList.concern?.contains("missing") == true)
        }
    }
}
