internal import CredentialLifecycle
internal import TenureAPI
internal import TenureModel

extension CredentialAnswer {
    init(_ view: CredentialView, _ names: ObjectNames) {
        let credential = view.credential
        self.init(
            id: credential.id.text, kind: credential.kind.rawValue, state: view.state.rawValue,
            identity: names.reference(credential.identity), owner: names.reference(credential.owner),
            environment: credential.environment.text, purpose: credential.purpose.text,
            entitlement: credential.entitlementVersionText, profile: names.reference(credential.profile),
            trust: names.reference(credential.trust), notBefore: credential.notBefore.secondsText,
            notAfter: credential.notAfter.secondsText, auditIndex: credential.index)
        switch credential.body {
        case .token(let tokenAudience, let scopes, _):
            audience = tokenAudience.text
            scope = scopes.map(\.text)
        case .certificate(_, let octets, _, _, let renewed):
            serial = octets.map { byte in
                let digits = String(byte, radix: 16)
                return digits.utf8.count == 1 ? "0" + digits : digits
            }.joined()
            replaces = renewed?.text
            self.names = credential.certifiedNames
        }
    }
}
