package import TenureAPI

/// How a condition names a claim.
///
/// A name is that of a member of the token's claims, byte for byte, dots and slashes included
/// (`oidc.circleci.com/project-id`), but for two forms that lead into nested objects:
/// - a JSON Pointer (RFC 6901), that is, a name that begins with `/`: `/kubernetes.io/serviceaccount/uid`;
/// - what begins with `kubernetes.io/` is the same pointer without its first slash.
///
/// Which form a name has depends on the name alone, never on the token, so that nobody who chooses claims chooses how a
/// condition is read. Arrays are not walked.
package struct ClaimPath: Hashable, Sendable {
    /// The member names from the outside in, at least one.
    let steps: [[UInt8]]

    /// Nil where the name is empty, a pointer has an empty step or an escape other than `~0` and `~1`.
    package init?(_ name: String) {
        let bytes = Array(name.utf8)
        guard let first = bytes.first else { return nil }
        let slash = UInt8(ascii: "/")
        let isPointer = first == slash
        guard isPointer || bytes.starts(with: "kubernetes.io/".utf8) else {
            steps = [bytes]
            return
        }
        var steps: [[UInt8]] = []
        for step in bytes.dropFirst(isPointer ? 1 : 0).split(separator: slash, omittingEmptySubsequences: false) {
            guard let step = Self.unescaped(step), !step.isEmpty else { return nil }
            steps.append(step)
        }
        self.steps = steps
    }

    /// The value at the path; nil where a step is missing or stands on something that is no object.
    package func value(in claims: StrictJSON.Value) -> StrictJSON.Value? {
        var current = claims
        for step in steps {
            guard let next = current.members?.first(where: { $0.name.utf8.elementsEqual(step) })?.value else {
                return nil
            }
            current = next
        }
        return current
    }

    private static func unescaped(_ step: ArraySlice<UInt8>) -> [UInt8]? {
        var out: [UInt8] = []
        var isEscaped = false
        for byte in step {
            switch (isEscaped, byte) {
            case (false, UInt8(ascii: "~")): isEscaped = true
            case (false, _): out.append(byte)
            case (true, UInt8(ascii: "0")), (true, UInt8(ascii: "1")):
                out.append(byte == UInt8(ascii: "0") ? UInt8(ascii: "~") : UInt8(ascii: "/"))
                isEscaped = false
            default: return nil
            }
        }
        return isEscaped ? nil : out
    }
}
