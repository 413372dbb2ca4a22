internal import Authorization
internal import Storage
internal import TenureModel
internal import Testing

@testable internal import CredentialLifecycle

/// An act is judged inside its transaction. What goes wrong there is told as what it is.
@Suite("What comes out of a transaction")
struct UndecidedActTests {
    private func told(_ error: LifecycleError) -> LifecycleError {
        LifecycleError(.refused(RecordingRefusal(error)), operation: OperationID(high: 0, low: 0))
    }

    @Test("what could not be judged is unavailable, so that it is asked again, and not denied")
    func unavailable() {
        guard case .unavailable(let cause) = told(.unavailable(.init("a key could not be read"))) else {
            Issue.record("\(told(.unavailable(.init(""))))")
            return
        }
        #expect(cause.description == "a key could not be read")
    }

    @Test("a bound that was reached is a bound, and a proof that was used up is one")
    func bounds() {
        guard case .limit("too many", _) = told(.limit(detail: "too many", retryAfterSeconds: 5)) else {
            Issue.record("\(told(.limit(detail: "", retryAfterSeconds: 5)))")
            return
        }
        guard case .presentedTooOften = told(.presentedTooOften) else {
            Issue.record("\(told(.presentedTooOften))")
            return
        }
    }

    @Test("a refusal stays the refusal that it was")
    func refusals() {
        #expect(RefusalCode(told(.conflict("twice"))) == .conflict)
        #expect(RefusalCode(told(.stale("old"))) == .stale)
        #expect(RefusalCode(told(.notFound("none"))) == .notFound)
        #expect(RefusalCode(told(.invalid(field: "name", detail: "no"))) == .invalid)
        #expect(RefusalCode(told(.denied(Denial(.suspended, "away")))) == .suspended)
    }
}
