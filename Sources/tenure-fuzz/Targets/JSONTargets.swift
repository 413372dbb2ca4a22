internal import Foundation
internal import StrictYAML
internal import TenureAPI

extension FuzzTarget {
    /// JSON, forms and YAML.
    static let jsonTargets = [json, requestBodies, form, yaml, estate, profile]

    private static let json = FuzzTarget("json", bytesMax: 8192) { bytes in
        try StrictJSON.parse(bytes)
    } holds: { (bytes, value) throws(BrokenPromise) in
        let written = Array(value.jsonText.utf8)
        let again = try reread("a document is read again") { try StrictJSON.parse(written) }
        try require(again == value, "a document survives being written")
        try require(Array(again.jsonText.utf8) == written, "what was written is written in the same way")
        // What passed must mean the same to the decoder that reads it next. Numbers past Int64 may be refused there.
        guard !holdsOtherNumbers(value) else { return }
        _ = try reread("every parser agrees on what passed") {
            try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
        }
    }

    private static func holdsOtherNumbers(_ value: StrictJSON.Value) -> Bool {
        if case .number = value { return true }
        return (value.members?.map(\.value) ?? value.elements ?? []).contains(where: holdsOtherNumbers)
    }

    /// The bodies of all calls, decoded as the routes do it: checked, then decoded.
    private static let requestBodies = FuzzTarget(name: "request-bodies", bytesMax: 8192) {
        (bytes) throws(BrokenPromise) in
        do throws(StrictJSONError) { try StrictJSON.check(bytes) } catch { return .refused(error.reason.rawValue) }
        let data = Data(bytes)
        var accepted: [String] = []
        for body in bodies where try body.check(data) { accepted.append(body.name) }
        return accepted.isEmpty ? .refused("no body") : .accepted(accepted.joined(separator: " "))
    }

    /// One kind of body.
    private struct Body: Sendable {
        let name: String
        let check: @Sendable (Data) throws(BrokenPromise) -> Bool

        init<Value: Codable & Hashable & Sendable>(_ type: Value.Type) {
            name = "\(type)"
            check = { (data) throws(BrokenPromise) in
                let value: Value
                do { value = try JSONDecoder().decode(type, from: data) } catch { return false }
                let again = try FuzzTarget.reread("\(type) is written and read again") {
                    try JSONDecoder().decode(type, from: JSONEncoder().encode(value))
                }
                try require(again == value, "\(type) survives being written")
                return true
            }
        }
    }

    private static let bodies = [
        Body(LoginBody.self), Body(IssueTokenBody.self), Body(IssueCertificateBody.self),
        Body(RenewCertificateBody.self),
        Body(RevocationBody.self), Body(OffboardingBody.self), Body(PlanBody.self), Body(ApplicationBody.self),
        Body(RotationBody.self), Body(CreateIdentityBody.self), Body(UpdateIdentityBody.self),
        Body(CreateTrustBody.self), Body(UpdateTrustBody.self), Body(ProfileDocument.self),
        Body(UpdateProfileBody.self), Body(CreateEntitlementBody.self), Body(UpdateEntitlementBody.self),
        Body(EstateDocument.self), Body(Problem.self), Body(InclusionProofAnswer.self),
    ]

    private static let form = FuzzTarget("form", bytesMax: 8192) { bytes in
        try FormFields(bytes)
    } holds: { (_, fields) throws(BrokenPromise) in
        _ = TokenExchangeForm(fields)
        guard let introspection = IntrospectionForm(fields) else { return }
        let again = try reread("a form is read again") { IntrospectionForm(try FormFields(introspection.encoded)) }
        try require(again == introspection, "a form survives being written")
        if let revocation = TokenRevocationForm(fields) {
            let again = try reread("a form is read again") {
                TokenRevocationForm(try FormFields(revocation.encoded))
            }
            try require(again == revocation, "a form survives being written")
        }
    }

    private static let yaml = FuzzTarget("yaml", bytesMax: 16_384) { bytes in
        try text(bytes).map { try YAMLMapping(file: "input", text: $0) }
    } holds: { (_, mapping) throws(BrokenPromise) in
        visit(mapping, depth: 1)
    }

    /// Asks for each value in every type, as the readers of configurations do.
    private static func visit(_ mapping: YAMLMapping, depth: Int) {
        for key in mapping.keys {
            let readings: [() throws -> Void] = [
                { _ = try mapping.requiredString(key) }, { _ = try mapping.requiredInt64(key) },
                { _ = try mapping.bool(key) }, { _ = try mapping.requiredStrings(key) },
                { _ = try mapping.scalar(key) }, { try mapping.refuseUnknown(known: ["listen", "store", "limits"]) },
                { try mapping.mapping(key).map { visit($0, depth: depth + 1) } },
                { for inner in try mapping.mappings(key) ?? [] { visit(inner, depth: depth + 1) } },
            ]
            for reading in readings { _ = Result { try reading() } }
        }
    }

    private static let estate = FuzzTarget("estate-yaml", bytesMax: 16_384) { bytes in
        let file = EstateFile { (_) throws(EstateFile.ContentError) in "a file" }
        return try text(bytes).map { try file.read(file: "input", text: $0) }
    } holds: { (_, estate) throws(BrokenPromise) in
        let again = try reread("an estate is sent as JSON") {
            try JSONDecoder().decode(EstateDocument.self, from: JSONEncoder().encode(estate))
        }
        try require(again == estate, "an estate survives being sent")
    }

    private static let profile = FuzzTarget("profile-yaml", bytesMax: 8192) { bytes in
        try text(bytes).map { try ProfileFile.read(file: "input", text: $0) }
    } holds: { (_, profile) throws(BrokenPromise) in
        let again = try reread("a profile is sent as JSON") {
            try JSONDecoder().decode(ProfileDocument.self, from: JSONEncoder().encode(profile))
        }
        try require(again == profile, "a profile survives being sent")
    }
}
