internal import TenureAPI

/// A mapping of a file: typed access by key, and faults that name file, line and column.
///
/// Say first which keys there are, `try mapping.refuseUnknown(known: …)`; a key that is not there is nil.
package struct YAMLMapping: Sendable {
    /// What faults call the file.
    package let file: String
    /// Where the mapping stands, as `trusts[2].issuer`; empty for the whole file.
    package let path: String
    /// Counted from 1.
    package let line: Int
    private let column: Int
    private let members: [YAMLNode.Member]

    /// Reads a file's text, whose top must be a mapping.
    ///
    /// - Parameter file: what faults call it.
    /// - Throws: `YAMLFault`, also for more than 4 MiB, 16 levels, an anchor, an alias, a tag or a key that stands
    ///   twice.
    package init(file: String, text: String) throws(YAMLFault) {
        try self.init(file: file, path: "", node: try YAMLComposer(file: file).root(text))
    }

    init(file: String, path: String, node: YAMLNode) throws(YAMLFault) {
        guard case .mapping(let members) = node.content else {
            let place = path.isEmpty ? "the file" : "`\(path)`"
            throw YAMLFault(
                file: file, line: node.line, column: node.column,
                message: "\(place) must be a mapping, and is \(node.kind)")
        }
        self.file = file
        self.path = path
        self.members = members
        line = node.line
        column = node.column
    }

    /// The keys in the order of the file.
    package var keys: [String] { members.map(\.key) }

    /// - Throws: `YAMLFault` at the first key that is not among these, with the one most like it.
    package func refuseUnknown(known: [String]) throws(YAMLFault) {
        for member in members where !known.contains(member.key) {
            let nearest = NearestName.of(member.key, among: known).map { "; did you mean `\($0)`?" } ?? ""
            throw YAMLFault(
                file: file, line: member.line, column: member.column,
                message: "unknown key `\(YAMLComposer.shown(member.key))`\(nearest)")
        }
    }

    /// The fault that the value of a key is not what it should be; the mapping's own place where the key is not there.
    package func fault(_ key: String, _ message: String) -> YAMLFault {
        let member = members.first { $0.key == key }
        return YAMLFault(
            file: file, line: member?.value.line ?? line, column: member?.value.column ?? column,
            message: "`\(pathTo(key))` \(message)")
    }

    /// Nil where the key is not there or has no value.
    func node(_ key: String) -> YAMLNode? {
        members.first { $0.key == key && !$0.value.isNull }?.value
    }

    func pathTo(_ key: String) -> String {
        path.isEmpty ? YAMLComposer.shown(key) : path + "." + YAMLComposer.shown(key)
    }

    func missing(_ key: String) -> YAMLFault { fault(key, "is required") }
}
