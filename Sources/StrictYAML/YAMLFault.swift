/// Why a file was refused, and where. Holds no value of the file but names of keys.
package struct YAMLFault: Error, Hashable, Sendable {
    package let file: String
    /// Counted from 1; 0 where the file as a whole is at fault.
    package let line: Int
    /// Counted from 1, in characters; 0 where the file as a whole is at fault.
    package let column: Int
    package let message: String

    package init(file: String, line: Int, column: Int, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }
}

extension YAMLFault: CustomStringConvertible {
    /// `FILE:LINE:COLUMN: MESSAGE`, as compilers have it.
    package var description: String {
        line == 0 ? "\(file): \(message)" : "\(file):\(line):\(column): \(message)"
    }
}
