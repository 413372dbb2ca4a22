internal import Foundation

/// Reads small files whole.
package enum FileContent {
    /// - Throws: `ClientError.settings` where the file cannot be read or is larger.
    package static func read(_ path: String, bytesMax: Int = 4 * 1024 * 1024) throws(ClientError) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw .settings("\(path) cannot be read") }
        let content: Data
        do {
            content = try handle.read(upToCount: bytesMax + 1) ?? Data()
            try handle.close()
        } catch {
            throw .settings("\(path) cannot be read")
        }
        guard content.count <= bytesMax else { throw .settings("\(path) is larger than \(bytesMax) bytes") }
        return Array(content)
    }

    /// - Throws: as `read` does, and where it is no UTF-8.
    package static func text(_ path: String, bytesMax: Int = 4 * 1024 * 1024) throws(ClientError) -> String {
        guard let text = String(validating: try read(path, bytesMax: bytesMax), as: UTF8.self) else {
            throw .settings("\(path) is not UTF-8 text")
        }
        return text
    }

    /// All of standard input.
    ///
    /// - Throws: `ClientError.settings` where it is larger.
    package static func standardInput(bytesMax: Int) throws(ClientError) -> [UInt8] {
        var content = Data()
        do {
            while content.count <= bytesMax {
                guard let part = try FileHandle.standardInput.read(upToCount: bytesMax + 1 - content.count),
                    !part.isEmpty
                else { return Array(content) }
                content.append(part)
            }
        } catch {
            throw .settings("standard input cannot be read")
        }
        throw .settings("standard input is larger than \(bytesMax) bytes")
    }
}
