/// Whether both arrays hold the same bytes. Takes the same time wherever they differ; the lengths are not secret.
package func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    constantTimeEqual(a.span, b.span)
}

/// Whether both slices hold the same bytes. Takes the same time wherever they differ; the lengths are not secret.
package func constantTimeEqual(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
    constantTimeEqual(a.span, b.span)
}

/// Whether both spans hold the same bytes. Takes the same time wherever they differ; the lengths are not secret.
///
/// Never inlined: a caller who knows one side must not lead the optimizer to an early exit.
@inline(never)
package func constantTimeEqual(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for index in a.indices {
        difference |= a[index] ^ b[index]
    }
    return difference == 0
}
