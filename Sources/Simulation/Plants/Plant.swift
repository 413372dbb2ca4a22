/// A bug that is put into a copy of the sources on purpose, to see whether histories find it.
///
/// The sources themselves know nothing of it: `tenure-simulate plant --into DIR` rewrites a copy, where each bug sleeps
/// until the environment names it.
package struct Plant: Sendable {
    package let name: String
    /// What goes wrong, in a sentence.
    package let about: String
    /// Where, from the package's root.
    package let file: String
    /// The text that is replaced; it stands there exactly once.
    package let original: String
    /// What takes its place; `PLANTED` is true while the bug is awake.
    package let planted: String

    init(_ name: String, _ about: String, in file: String, _ original: String, becomes planted: String) {
        self.name = name
        self.about = about
        self.file = "Sources/" + file
        self.original = original
        self.planted = planted
    }

    /// The variable by which a bug is woken.
    package static let variable = "TENURE_PLANT"

    /// A file's text with this bug in it; nil where the original does not stand there exactly once, so that a bug
    /// which no longer fits its source is noticed.
    package func planted(into text: String) -> String? {
        let parts = text.split(separator: original, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        return parts[0] + planted.replacing("PLANTED", with: "PlantSwitch.isOn(\"\(name)\")") + parts[1]
    }

    /// The file that the copy has in addition: who is awake.
    package static let switchFile = (
        path: "Sources/TenureModel/PlantSwitch.swift",
        text: """
        internal import Foundation

        /// Which bug is awake.
        package enum PlantSwitch {
            private static let awake = ProcessInfo.processInfo.environment["\(variable)"] ?? ""

            /// Whether this one is.
            package static func isOn(_ name: String) -> Bool { awake == name }
        }

        """
    )
}
