/// What a trust rule may do, and yet is worth a word to whoever writes it.
package struct TrustWarning: Hashable, Sendable {
    /// The names that stand on the wire.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// A name binds where no id does, on a private issuer: whoever takes the name next passes.
        case mutableClaim = "mutable-claim"
        /// The rule names an event that people without write access can cause.
        case outsideEvent = "outside-event"
        case unprotectedRef = "unprotected-ref"
        case anyBranch = "any-branch"
        /// The issuer is a public one, and its keys come from somewhere else than it says.
        case foreignKeys = "foreign-keys"
        case unboundedPresentations = "unbounded-presentations"
    }

    package let code: Code
    /// The claim or field that it is about.
    package let field: String
    package let detail: String

    init(_ code: Code, claim: String, _ detail: String) {
        self.init(code, field: "claims." + BoundedText.shown(claim), detail)
    }

    init(_ code: Code, field: String, _ detail: String) {
        self.code = code
        self.field = field
        self.detail = detail
    }
}
