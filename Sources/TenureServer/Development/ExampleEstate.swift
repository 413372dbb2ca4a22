internal import CredentialLifecycle
internal import Storage
internal import StrictYAML
internal import TenureAPI
internal import TenureModel

/// The estate that `tenured dev` begins with: `config/estate.example.yaml`, with the development issuer's address.
enum ExampleEstate {
    private static let placeholder = "${DEV_ISSUER}"

    /// Parses the file for an issuer.
    static func read(_ file: String, issuer: String) throws(StartFailure) -> DesiredState {
        let text = try ProtectedFile.text(file, .anybodys).replacing(placeholder, with: issuer)
        do {
            let estate = try EstateFile { (path) throws(EstateFile.ContentError) in
                throw .init("the example estate names no files")
            }.read(file: file, text: text)
            return try DesiredState(estate)
        } catch let fault as YAMLFault {
            throw StartFailure(.usage, fault.description)
        } catch let fault as FieldFault {
            throw StartFailure(.usage, "\(file): `\(fault.field)` \(fault.detail)")
        } catch {
            throw StartFailure(.fault, "\(file): \(error)")
        }
    }

    /// Applies the example in a new folder. In one that was used before nothing is applied again, since what was
    /// changed or ended there should stay so; where the issuer has another address now, its trusts follow it.
    static func apply(
        _ file: String, issuer: String, isNew: Bool, by administrator: AdministratorSession
    ) async throws(StartFailure) {
        var desired: DesiredState
        if isNew {
            desired = try read(file, issuer: issuer)
        } else {
            desired = DesiredState()
            desired.trusts = movedTrusts(in: administrator.broker.snapshot, to: issuer)
            guard !desired.trusts.isEmpty else { return }
        }
        do {
            _ = try await administrator.broker.change(
                to: desired, as: isNew ? .planApply : .trustWrite, by: try administrator.caller(),
                in: try administrator.call())
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure(.fault, "the example estate \(file) could not be applied: \(error)")
        }
    }

    /// Trusts on an earlier address of the development issuer, which only its path tells.
    private static func movedTrusts(in snapshot: Snapshot, to issuer: String) -> [DesiredTrust] {
        snapshot.trusts.compactMap { trust in
            guard trust.state == .active, var oidc = trust.oidc, oidc.issuer != issuer,
                oidc.issuer.hasPrefix("https://localhost:"), oidc.issuer.hasSuffix(DevelopmentIssuer.path),
                let identity = snapshot.identity(trust.identity), identity.state != .ended
            else { return nil }
            oidc.issuer = issuer
            return DesiredTrust(path: "", name: trust.name, identity: identity.reference, method: .oidc(oidc))
        }
    }
}
