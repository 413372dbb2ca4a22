/// A person of an estate.
package struct EstatePerson: Codable, Hashable, Sendable {
    package var name: String

    package init(name: String) {
        self.name = name
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        name = try fields.required(.name)
    }
}

/// A team of an estate.
package struct EstateTeam: Codable, Hashable, Sendable {
    package var name: String
    /// Names of people.
    package var members: [String]

    package init(name: String, members: [String]) {
        self.name = name
        self.members = members
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name
        case members
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        name = try fields.required(.name)
        members = try fields.list(.members)
    }
}

/// A workload of an estate.
package struct EstateWorkload: Codable, Hashable, Sendable {
    package var name: String
    /// `service`, `ci_job`, `ai_agent` or `third_party`.
    package var workloadClass: String
    /// As `person/ada` or `team/platform`.
    package var owner: String
    package var backupOwner: String?
    package var purpose: String
    package var environment: String

    package init(
        name: String, workloadClass: String, owner: String, backupOwner: String? = nil, purpose: String,
        environment: String
    ) {
        self.name = name
        self.workloadClass = workloadClass
        self.owner = owner
        self.backupOwner = backupOwner
        self.purpose = purpose
        self.environment = environment
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name
        case workloadClass = "class"
        case owner
        case backupOwner = "backup_owner"
        case purpose
        case environment
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        name = try fields.required(.name)
        workloadClass = try fields.required(.workloadClass)
        owner = try fields.required(.owner)
        backupOwner = try fields.optional(.backupOwner)
        purpose = try fields.required(.purpose)
        environment = try fields.required(.environment)
    }
}

/// A trust of an estate: by `preset`, by `issuer`, or by both.
package struct EstateTrust: Codable, Hashable, Sendable {
    package var name: String
    /// The bare name.
    package var workload: String
    package var preset: String?
    package var issuer: IssuerBody?
    package var audience: String
    /// All must hold, exactly.
    package var claims: [String: ClaimValue]
    package var presentations: PresentationsValue?

    package init(
        name: String, workload: String, preset: String? = nil, issuer: IssuerBody? = nil, audience: String,
        claims: [String: ClaimValue], presentations: PresentationsValue? = nil
    ) {
        self.name = name
        self.workload = workload
        self.preset = preset
        self.issuer = issuer
        self.audience = audience
        self.claims = claims
        self.presentations = presentations
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name
        case workload
        case preset
        case issuer
        case audience
        case claims
        case presentations
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        name = try fields.required(.name)
        workload = try fields.required(.workload)
        preset = try fields.optional(.preset)
        issuer = try fields.optional(.issuer)
        audience = try fields.required(.audience)
        claims = try fields.required(.claims)
        presentations = try fields.optional(.presentations)
    }
}

/// An entitlement of an estate; has no name, one identity has one to each profile.
package struct EstateEntitlement: Codable, Hashable, Sendable {
    /// As `workload/deploy`.
    package var identity: String
    /// The bare name.
    package var profile: String
    package var constraints: ConstraintsBody?
    package var justification: String
    package var ends: String?
    package var review: String?

    package init(
        identity: String, profile: String, constraints: ConstraintsBody? = nil, justification: String,
        ends: String? = nil, review: String? = nil
    ) {
        self.identity = identity
        self.profile = profile
        self.constraints = constraints
        self.justification = justification
        self.ends = ends
        self.review = review
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case identity
        case profile
        case constraints
        case justification
        case ends
        case review
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        identity = try fields.required(.identity)
        profile = try fields.required(.profile)
        constraints = try fields.optional(.constraints)
        justification = try fields.required(.justification)
        ends = try fields.optional(.ends)
        review = try fields.optional(.review)
    }
}

/// An estate (FORMATS, section 5): who there is, how they prove themselves, what each may get. What travels; files are
/// read by `EstateFile`.
package struct EstateDocument: Codable, Hashable, Sendable {
    /// `tenure/1`.
    package var apiVersion: String
    package var estate: String
    package var people: [EstatePerson]
    package var teams: [EstateTeam]
    package var workloads: [EstateWorkload]
    package var trusts: [EstateTrust]
    package var entitlements: [EstateEntitlement]

    package init(
        apiVersion: String, estate: String, people: [EstatePerson], teams: [EstateTeam], workloads: [EstateWorkload],
        trusts: [EstateTrust], entitlements: [EstateEntitlement]
    ) {
        self.apiVersion = apiVersion
        self.estate = estate
        self.people = people
        self.teams = teams
        self.workloads = workloads
        self.trusts = trusts
        self.entitlements = entitlements
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case apiVersion
        case estate
        case people
        case teams
        case workloads
        case trusts
        case entitlements
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        apiVersion = try fields.required(.apiVersion)
        estate = try fields.required(.estate)
        people = try fields.list(.people)
        teams = try fields.list(.teams)
        workloads = try fields.list(.workloads)
        trusts = try fields.list(.trusts)
        entitlements = try fields.list(.entitlements)
    }
}
