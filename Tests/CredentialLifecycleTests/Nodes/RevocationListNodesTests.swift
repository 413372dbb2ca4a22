internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

extension SeveralNodes {
    @Suite("Revocation lists of several nodes")
    struct RevocationListNodesTests {
        @Test("T24 a certificate that one node issued and another cut stands in the list at every node")
        func elsewhere() async throws {
            try await Company.run { company in
                let (first, last) = (company.nodes[0], company.nodes[2])
                let admin = try await company.session("admin", at: last)
                let session = try await company.session("checkout", at: first)
                let held = try await company.installation.certificate(
                    try await company.caller(session, at: first), at: first)
                _ = try await company.offboard("workload/checkout", at: last, by: admin)
                #expect(try await Self.isListed(held, company))
            }
        }

        @Test("T24 where a node dies between its cut and its lists, the one that has the duty lists it")
        func died() async throws {
            try await Company.run { company in
                let (first, last) = (company.nodes[0], company.nodes[2])
                let keeper = try DutyKeeper(first.broker) { 0 }
                try await keeper.turn()
                let duty = try #require(keeper.duty)
                await first.broker.maintainLists(under: duty)
                let session = try await company.session("checkout", at: first)
                let held = try await company.installation.certificate(
                    try await company.caller(session, at: first), at: first)
                let identity = try company.installation.identity("workload/checkout")
                // The mark alone, as of a node that is gone when it is committed.
                try await last.cut(LineageReference(.identity, identity.number))
                #expect(try await !Self.isListed(held, company))
                await first.broker.maintainLists(under: duty)
                #expect(try await Self.isListed(held, company))
            }
        }

        @Test("T24 a list that was begun before another node's mark does not pass for signed after it")
        func overtaken() async throws {
            try await Company.run { company in
                let first = company.nodes[0]
                let ledger = first.broker.ledger
                let session = try await company.session("checkout", at: first)
                let held = try await company.installation.certificate(
                    try await company.caller(session, at: first), at: first)
                let (issuer, number) = try await Self.shard(of: held, company)
                let begun = try #require(try await ledger.shard(issuer: issuer, shard: number))
                let list = try #require(begun.list)
                try await ledger.soilShard(issuer: issuer, shard: number)
                #expect(
                    try await !ledger.storeList(
                        list, number: begun.crlNumber + 100, after: begun.crlNumber, issuer: issuer, shard: number))
                #expect(try await ledger.shard(issuer: issuer, shard: number)?.isDirty == true)
            }
        }

        private static func shard(of held: HeldCertificate, _ company: Company) async throws -> (IssuerID, Int64) {
            let credential = try #require(try await company.nodes[0].broker.ledger.credential(held.id))
            guard case .certificate(let issuer, _, let shard, _, _) = credential.body, shard > 0 else {
                throw Unexpected("no shard")
            }
            return (issuer, shard)
        }

        private static func isListed(_ held: HeldCertificate, _ company: Company) async throws -> Bool {
            let (issuer, number) = try await shard(of: held, company)
            let serial = try held.certificate.serialNumber
            var answers: [Bool] = []
            for node in company.nodes {
                let shard = try #require(try await node.broker.revocationList(issuer: issuer, shard: number))
                let list = try RevocationList(der: try #require(shard.list).der)
                answers.append(list.entries.contains { $0.serialNumber == serial })
            }
            try #require(Set(answers).count == 1)
            return answers[0]
        }
    }
}
