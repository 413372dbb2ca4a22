internal import Foundation
internal import TenureModel
internal import Testing

@Suite("The authorization matrix")
struct MatrixTests {
    private typealias Object = AuthorizationMatrix.Object
    private typealias Column = AuthorizationMatrix.Column

    private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "matrix.golden.txt")

    private func allowed(as column: Column, on object: Object) throws -> Set<Act> {
        let matrix = try AuthorizationMatrix()
        return Set(try Act.allCases.filter { try matrix.answer($0, on: object, as: column) == .yes })
    }

    /// All that the column may do, whatever the object.
    private func allowed(as column: Column) throws -> Set<Act> {
        try Object.allCases.reduce(into: []) { all, object in all.formUnion(try allowed(as: column, on: object)) }
    }

    @Test("the matrix is the one that was reviewed")
    func golden() throws {
        let computed = try AuthorizationMatrix().text()
        if ProcessInfo.processInfo.environment["TENURE_WRITE_GOLDEN"] == "1" {
            try Data(computed.utf8).write(to: Self.golden)
        }
        let reviewed = try String(contentsOf: Self.golden, encoding: .utf8)
        guard computed != reviewed else { return }
        let changes = computed.split(separator: "\n").difference(from: reviewed.split(separator: "\n"))
        let lines = changes.map { change in
            switch change {
            case .remove(let offset, let line, _): "\(offset + 1) - \(line)"
            case .insert(let offset, let line, _): "\(offset + 1) + \(line)"
            }
        }
        Issue.record("matrix.golden.txt differs:\n\(lines.joined(separator: "\n"))")
    }

    @Test("every act is in the matrix, once for each sort of object")
    func complete() throws {
        let rows = try String(contentsOf: Self.golden, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("  ") }.compactMap { $0.split(separator: " ").first.map { String($0) } }
        for act in Act.allCases {
            #expect(rows.filter { $0 == act.rawValue }.count == Object.allCases.count, "\(act.rawValue)")
        }
        #expect(rows.count == Act.allCases.count * Object.allCases.count)
    }

    @Test("the roles are those of FORMATS, each in the file of its name, approved by another, without an act twice")
    func files() throws {
        #expect(try RoleFile.present() == Set(RoleFile.names))
        for name in RoleFile.names {
            let file = try RoleFile(named: name)
            #expect(file.name == name)
            #expect(file.kind == .administration)
            #expect(file.approval == .other)
            #expect(Set(file.acts).count == file.acts.count)
        }
        let relations = try RelationsFile.read()
        #expect(Set(relations.owner.acts).count == relations.owner.acts.count)
        #expect(Set(relations.itself.acts).count == relations.itself.acts.count)
    }

    @Test("each act that a role lists is allowed on some object: no grant is void", arguments: RoleFile.names)
    func effective(name: String) throws {
        let file = try RoleFile(named: name)
        let column = try #require(Column(rawValue: name))
        #expect(try allowed(as: column) == Set(file.acts))
    }

    /// Decided on entitlements and proofs, or done at the machine.
    private static let ofNoRole: Set<Act> = [
        .tokenIssue, .certificateIssue, .certificateRenew, .loginCreate, .clockReset, .retentionCut,
    ]

    @Test("no role and no relation gives credentials, logs in or resets the clock")
    func noIssuance() throws {
        for column in Column.allCases { #expect(try allowed(as: column).isDisjoint(with: Self.ofNoRole)) }
    }

    @Test("every administrative act is the administrator's, on everything")
    func admin() throws {
        for object in Object.allCases {
            #expect(try allowed(as: .admin, on: object) == Set(Act.allCases).subtracting(Self.ofNoRole))
        }
    }

    @Test("T42 no role but the administrator's holds acts with which its holder could raise themselves")
    func raising() throws {
        // Who writes profiles, applies plans over everything, changes identities or trusts of others, or asks and
        // approves by themselves, has every other act a few calls later.
        let writing: Set<Act> = [.identityWrite, .trustWrite, .profileWrite, .planApply]
        let asking: Set<Act> = [.entitlementRequest, .entitlementApprove]
        for column in Column.allCases where column.role != nil && column != .admin {
            for object in Object.allCases {
                let acts = try allowed(as: column, on: object)
                #expect(!acts.isSuperset(of: asking), "\(column) on \(object)")
                let ofTheirTeam = column == .teamAdmin && [.workload, .token, .team].contains(object)
                if !ofTheirTeam { #expect(acts.isDisjoint(with: writing), "\(column) on \(object)") }
            }
        }
        for column in [Column.owner, .ownerViaTeam, .itself, .stranger] {
            #expect(try allowed(as: column).isDisjoint(with: writing), "\(column)")
            for object in [Object.person, .team, .profile, .system] {
                #expect(try allowed(as: column, on: object).isDisjoint(with: asking), "\(column) on \(object)")
            }
        }
    }

    @Test("an operator grants nothing: no request, no approval, no key, no change of what there is but its end")
    func `operator`() throws {
        let acts = try allowed(as: .operator)
        let granting: Set<Act> = [
            .entitlementRequest, .entitlementApprove, .identityWrite, .trustWrite, .profileWrite, .planApply, .keyRead,
            .auditExport,
        ]
        #expect(acts.isDisjoint(with: granting))
        #expect(acts.isSuperset(of: [.revocationCreate, .offboardingCreate, .keyRotate]))
    }

    @Test("a reviewer decides on entitlements, and asks for none")
    func reviewer() throws {
        let acts = try allowed(as: .reviewer)
        #expect(Set(acts.filter { !isReading($0) }) == [.entitlementApprove, .entitlementEnd])
    }

    @Test("an auditor reads, and no keys")
    func auditor() throws {
        let acts = try allowed(as: .auditor)
        #expect(acts.allSatisfy(isReading))
        #expect(!acts.contains(.keyRead))
        #expect(acts.isSuperset(of: [.auditRead, .auditExport]))
    }

    @Test("a verifier reads the keys and the state of tokens of its own audience, the feed, and nothing else")
    func verifier() throws {
        #expect(try allowed(as: .verifier) == [.keyRead, .feedRead, .credentialIntrospect, .statusRead])
        #expect(try allowed(as: .verifierElsewhere) == [.statusRead])
        for object in [Object.workload, .person, .team, .profile] {
            #expect(try allowed(as: .verifier, on: object) == [.statusRead])
        }
    }

    @Test("keys, with which tokens could be forged, are read by verifiers of the audience and administrators alone")
    func keys() throws {
        for column in Column.allCases where column != .admin {
            let objects = try Object.allCases.filter { try allowed(as: column, on: $0).contains(.keyRead) }
            #expect(objects == (column == .verifier ? [.token, .audience] : []), "\(column)")
        }
    }

    @Test("a team's administrator has nothing outside the team but profiles and status")
    func teamAdmin() throws {
        for object in Object.allCases {
            #expect(try allowed(as: .teamAdminElsewhere, on: object) == [.profileRead, .statusRead])
        }
        #expect(try allowed(as: .teamAdmin, on: .person) == [.profileRead, .statusRead])
        #expect(try !allowed(as: .teamAdmin).contains(.entitlementApprove))
    }

    @Test("T7 a stranger to an object cannot tell it from none, whatever they ask")
    func strangers() throws {
        let matrix = try AuthorizationMatrix()
        for act in Act.allCases {
            for object in Object.allCases where object != .system {
                #expect(try matrix.answer(act, on: object, as: .stranger) == .hidden)
            }
            #expect(try matrix.answer(act, on: .system, as: .stranger) == .no)
        }
    }

    private func isReading(_ act: Act) -> Bool {
        act == .auditExport || [".read", ".list", ".explain"].contains { act.rawValue.hasSuffix($0) }
    }
}
