internal import Foundation

/// Lines for people. Results go to standard output, diagnostics to standard error.
enum Terminal {
    static func say(_ text: String) { write(text, to: .standardOutput) }

    static func warn(_ text: String) { write(text, to: .standardError) }

    private static func write(_ text: String, to handle: FileHandle) {
        do {
            try handle.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            // Nobody reads: the work goes on all the same.
            return
        }
    }
}
