internal import Authorization
internal import TenureModel
internal import Testing

/// One fact made wrong, and what policy must say to it.
struct Flaw: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: Denial.Code
    let field: String?
    let spoil: @Sendable (inout TokenCase) throws -> Void

    init(
        _ description: String, _ code: Denial.Code, field: String? = nil,
        _ spoil: @escaping @Sendable (inout TokenCase) throws -> Void
    ) {
        testDescription = description
        self.code = code
        self.field = field
        self.spoil = spoil
    }
}

extension Flaw {
    static let ofIdentity: [Flaw] = [
        Flaw("suspended", .suspended) { $0.facts.identity.state = .suspended },
        Flaw("ended", .denied) { $0.facts.identity.state = .ended },
        Flaw("the facts are of another identity", .denied) {
            $0.facts.caller = Fixture.caller(.workload(Fixture.checkout))
        },
        Flaw("no owner", .noLivingOwner) { $0.facts.owner = nil },
        Flaw("owner suspended", .noLivingOwner) { $0.facts.owner?.state = .suspended },
        Flaw("owner ended", .noLivingOwner) { $0.facts.owner?.state = .ended },
        Flaw("nobody answers for the owner", .noLivingOwner) { $0.facts.ownerPerson = nil },
        Flaw("somebody else answers for the owner", .noLivingOwner) {
            $0.facts.ownerPerson = try Fixture.person(Fixture.bob, "bob")
        },
        Flaw("a team in which nobody lives", .noLivingOwner) {
            try $0.facts.giveToTeam(of: [Fixture.ada])
            $0.facts.ownerPerson = nil
        },
        Flaw("a team whose member is suspended", .noLivingOwner) {
            try $0.facts.giveToTeam(of: [Fixture.ada])
            $0.facts.ownerPerson?.state = .suspended
        },
        Flaw("a team whose member has ended", .noLivingOwner) {
            try $0.facts.giveToTeam(of: [Fixture.ada])
            $0.facts.ownerPerson?.state = .ended
        },
        Flaw("a team that the person has left", .noLivingOwner) { try $0.facts.giveToTeam(of: [Fixture.bob]) },
        Flaw("a team that answers for itself", .noLivingOwner) {
            try $0.facts.giveToTeam(of: [Fixture.ada])
            $0.facts.ownerPerson = $0.facts.owner
        },
    ]

    static let ofProfile: [Flaw] = [
        Flaw("unknown", .notFound, field: "profile") { $0.facts.profile = nil },
        Flaw("ended", .notFound, field: "profile") { $0.facts.profile?.state = .ended },
        Flaw("another than was asked for", .notFound, field: "profile") { $0.operation.profile = try Name("other") },
        Flaw("for certificates", .denied, field: "profile") {
            $0.facts.profile?.body = try #require(try CertificateCase().facts.profile).body
        },
        Flaw("for administration", .denied, field: "profile") {
            $0.facts.profile?.body = .administration(AdministrationProfile(acts: Act.allCases, scope: .everything))
        },
        Flaw("of another environment", .denied, field: "profile") {
            $0.facts.profile?.environment = try Name("staging")
        },
        Flaw("audience beyond it", .denied, field: "audience") { $0.operation.audience = try Audience("releases") },
        Flaw("scope beyond it", .denied, field: "scope") { $0.operation.scopes = try Fixture.scopes("pull", "admin") },
        Flaw("scope in another case", .denied, field: "scope") { $0.operation.scopes = try Fixture.scopes("Pull") },
        Flaw("lifetime beyond its maximum", .denied, field: "ttl_seconds") { $0.operation.lifetimeSeconds = 3601 },
    ]

    static let ofEntitlement: [Flaw] = [
        Flaw("none", .notFound, field: "profile") { $0.facts.entitlements = [] },
        Flaw("of another identity", .notFound, field: "profile") {
            $0.facts.entitlements[0].identity = .workload(Fixture.checkout)
        },
        Flaw("to another profile", .notFound, field: "profile") {
            $0.facts.entitlements[0].profile = Fixture.otherProfile
        },
        Flaw("requested", .notApproved) { $0.facts.entitlements[0].state = .requested },
        Flaw("ended", .denied) { $0.facts.entitlements[0].state = .ended },
        Flaw("not started", .denied) {
            $0.facts.entitlements[0].terms.starts = Fixture.now.adding(milliseconds: 1)
        },
        Flaw("at its end", .denied) { $0.facts.entitlements[0].terms.ends = Fixture.now },
        Flaw("past its end", .denied) { $0.facts.entitlements[0].terms.ends = Fixture.now.adding(seconds: -1) },
        Flaw("ends within this second", .denied) {
            $0.facts.entitlements[0].terms.ends = Fixture.now.adding(milliseconds: 500)
        },
        Flaw("audience beyond it", .denied, field: "audience") {
            $0.constraints.audiences = try Fixture.audiences("mirror")
        },
        Flaw("no audience at all", .denied, field: "audience") { $0.constraints.audiences = [] },
        Flaw("scope beyond it", .denied, field: "scope") { $0.constraints.scopes = try Fixture.scopes("push") },
        Flaw("no scope at all", .denied, field: "scope") { $0.constraints.scopes = [] },
        Flaw("lifetime beyond it", .denied, field: "ttl_seconds") { $0.constraints.lifetimeSeconds = 599 },
        Flaw("another than the renewed one", .denied, field: "profile") {
            $0.facts.renewedEntitlement = Fixture.otherEntitlement
        },
    ]

    static let ofNetwork: [Flaw] = [
        Flaw("outside", .denied) { $0.constraints.networks = ["10.2.0.0/16", "2001:db8::/32"] },
        Flaw("no network at all", .denied) { $0.constraints.networks = [] },
        Flaw("a list with a malformed one", .denied) { $0.constraints.networks = ["10.0.0.0/8", "10.0.0.1/8"] },
        Flaw("a source that is no address", .denied) {
            $0.constraints.networks = ["0.0.0.0/0", "::/0"]
            $0.facts.caller = Fixture.caller(.workload(Fixture.deploy), from: "10.1.2.3:443")
        },
        Flaw("an empty source", .denied) {
            $0.constraints.networks = ["0.0.0.0/0", "::/0"]
            $0.facts.caller = Fixture.caller(.workload(Fixture.deploy), from: "")
        },
    ]

    static let ofLifetime: [Flaw] = ([59, 0, -1, .min, .max] as [Int64]).map { seconds in
        Flaw("\(seconds) seconds asked", .denied, field: "ttl_seconds") { $0.operation.lifetimeSeconds = seconds }
    }

    static let all = ofIdentity + ofProfile + ofEntitlement + ofNetwork + ofLifetime
}

@Suite("Refusals of issuance")
struct IssuanceRefusalTests {
    @Test("the request that the refusals spoil is allowed")
    func base() throws {
        #expect(try TokenCase().denial == nil)
        #expect(try CertificateCase().denial == nil)
        #expect(try CertificateCase.renewal().denial == nil)
    }

    @Test("a token is refused for each fact that is wrong", arguments: Flaw.all)
    func refused(flaw: Flaw) throws {
        var spoiled = try TokenCase()
        try flaw.spoil(&spoiled)
        let denial = try #require(spoiled.denial)
        #expect(denial.code == flaw.code)
        #expect(denial.field == flaw.field)
        #expect(!denial.detail.isEmpty)
    }

    @Test("a certificate is refused for what is wrong with identity, entitlement or network")
    func certificates() throws {
        let ofTokens = ["scope", "audience", "ttl_seconds"]
        let flaws = (Flaw.ofIdentity + Flaw.ofEntitlement + Flaw.ofNetwork).filter { flaw in
            !ofTokens.contains { flaw.field == $0 }
        }
        #expect(flaws.count == 28)
        for flaw in flaws {
            var token = try TokenCase()
            try flaw.spoil(&token)
            var certificate = try CertificateCase()
            let profile = certificate.facts.profile
            certificate.facts = token.facts
            certificate.facts.profile = profile
            let denial = try #require(certificate.denial, "\(flaw.testDescription)")
            #expect(denial.code == flaw.code, "\(flaw.testDescription)")
            #expect(denial.field == flaw.field, "\(flaw.testDescription)")
        }
    }

    @Test("a certificate is refused for a profile for tokens and for lifetimes out of bounds")
    func certificateBounds() throws {
        var other = try CertificateCase()
        other.facts.profile?.body = try #require(try TokenCase().facts.profile).body
        #expect(other.denial?.field == "profile")
        for seconds in [59, 0, -1, 86_401, .min, .max] as [Int64] {
            var long = try CertificateCase()
            long.operation.lifetimeSeconds = seconds
            #expect(long.denial?.field == "ttl_seconds")
        }
    }

    @Test("T7 a profile that is unknown, ended or never granted is answered alike")
    func alike() throws {
        var answers: Set<Denial> = []
        for flaw in (Flaw.ofProfile + Flaw.ofEntitlement).filter({ $0.code == .notFound }) {
            var spoiled = try TokenCase()
            try flaw.spoil(&spoiled)
            // The one that asks for another profile is answered with that one's name.
            if spoiled.operation.profile.text == "ci-token" { answers.insert(try #require(spoiled.denial)) }
        }
        #expect(answers.count == 1)
    }

    @Test("T7 whose owner is gone still learns nothing of profiles they were never granted")
    func ownerless() throws {
        var spoiled = try TokenCase()
        spoiled.facts.owner = nil
        spoiled.facts.entitlements = []
        #expect(spoiled.denial?.code == .notFound)
    }
}

@Suite("Renewal")
struct RenewalTests {
    @Test("T14 only the entitlement of the renewed certificate justifies the new one, though another would")
    func bound() throws {
        var renewal = try CertificateCase.renewal()
        let other = try Fixture.entitlement(
            Fixture.otherEntitlement, of: .workload(Fixture.deploy), number: 39)
        renewal.facts.entitlements.append(other)
        #expect(try renewal.basis().entitlement.id == Fixture.entitlement)
        renewal.facts.entitlements[0].state = .ended
        #expect(renewal.denial?.code == .denied)
        renewal.operation.renews = nil
        renewal.facts.renewedEntitlement = nil
        #expect(try renewal.basis().entitlement.id == Fixture.otherEntitlement)
    }

    @Test("T14 a renewal never outlives the end of the entitlement", arguments: [-1, 0, 1, 60] as [Int64])
    func ends(seconds: Int64) throws {
        var renewal = try CertificateCase.renewal()
        renewal.facts.entitlements[0].terms.ends = Fixture.now.adding(seconds: seconds)
        if seconds > 0 {
            #expect(try renewal.basis().lifetimeSeconds == seconds)
        } else {
            #expect(renewal.denial?.code == .denied)
        }
    }

    @Test("T23 a certificate is renewed with itself: not by a sibling, not by a session, not without its entitlement")
    func itself() throws {
        var sibling = try CertificateCase.renewal()
        sibling.facts.caller = Fixture.caller(.workload(Fixture.deploy), credential: Fixture.otherCredential)
        #expect(sibling.denial?.code == .denied)
        var session = try CertificateCase.renewal()
        session.facts.caller = Fixture.caller(.workload(Fixture.deploy))
        #expect(session.denial?.code == .denied)
        var loose = try CertificateCase.renewal()
        loose.facts.renewedEntitlement = nil
        #expect(loose.denial?.code == .denied)
    }
}
