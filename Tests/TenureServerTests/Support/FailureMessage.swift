@testable internal import TenureServer

/// What a start that fails says.
func message(_ body: () async throws -> Void) async -> String {
    do {
        try await body()
        return "no failure"
    } catch let failure as StartFailure {
        return failure.message
    } catch {
        return "another error: \(error)"
    }
}
