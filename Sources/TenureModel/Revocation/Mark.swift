/// What the log says of one reference: up to which index all that hangs on it is dead, and when it last changed.
package struct Mark: Hashable, Sendable {
    /// The cut index of a reference that changed but was never cut.
    package static let neverCut: Int64 = -1

    package let reference: LineageReference
    /// Everything issued at or below this index is dead; −1 where nothing was cut. Only rises.
    package let cutIndex: Int64
    /// The entry that last changed or cut the object. Only rises; never below `cutIndex`.
    package let changedIndex: Int64

    package init(reference: LineageReference, cutIndex: Int64, changedIndex: Int64) {
        self.reference = reference
        self.cutIndex = cutIndex
        self.changedIndex = changedIndex
    }

    /// Whether the mark kills what hangs on its reference since `position`: a token's audit index, a certificate's
    /// floor.
    ///
    /// Both are compared with `>=`: no recorded certificate lies between a cut and its floor (DESIGN, section 3).
    package func kills(since position: Int64) -> Bool {
        guard cutIndex >= 0 else { return false }
        return reference.kind.isOpen ? cutIndex >= position : true
    }
}
